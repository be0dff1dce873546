import { createCipheriv, createHash } from 'node:crypto';

/**
 * Random numbers that a seed determines, the same on every machine: the key stream of AES-128 in counter mode, which is
 * indistinguishable from uniform bits.
 *
 * @param stream another one gives other numbers for the same seed
 * @returns `count` whole numbers of 32 bits
 */
export function randomNumbers(seed: bigint, stream: string, count: number): Uint32Array {
  const key = createHash('sha256').update(`sampling:v1|${seed}|${stream}`).digest().subarray(0, 16);
  const cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  const bytes = cipher.update(Buffer.alloc(4 * count));
  return Uint32Array.from({ length: count }, (_, at) => bytes.readUInt32LE(4 * at));
}
