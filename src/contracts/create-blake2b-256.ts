import { createBLAKE2b } from 'hash-wasm';

export interface StreamingHash {
  update(chunk: Uint8Array): void;
  /** Hex. Ends the hash. */
  digest(): string;
}

/** A BLAKE2b-256 of its own for data that comes in pieces, such as a file under verification. */
export async function createBlake2b256(): Promise<StreamingHash> {
  const hasher = await createBLAKE2b(256);
  hasher.init();
  return {
    update: (chunk) => {
      hasher.update(chunk);
    },
    digest: () => hasher.digest(),
  };
}
