import { blake2b } from './blake2b.js';

/** The seed of replicate `index` (from 0) of a parameter set in a study: 0 … 2^32−1. */
export function replicateSeed(paramId: string, index: number): bigint {
  return BigInt(`0x${blake2b(`${paramId}:${index}`, 64)}`) % 2n ** 32n;
}
