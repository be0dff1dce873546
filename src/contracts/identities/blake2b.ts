import { createBLAKE2b } from 'hash-wasm';

const hashers = { 64: await createBLAKE2b(64), 128: await createBLAKE2b(128), 256: await createBLAKE2b(256) };

/**
 * BLAKE2b in hex. Node's own crypto has only the 512-bit form, and a shorter digest is not a part of it.
 *
 * @param data strings are hashed as UTF-8
 */
export function blake2b(data: string | Uint8Array, bits: keyof typeof hashers): string {
  return hashers[bits].init().update(data).digest();
}
