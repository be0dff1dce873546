import { randomNumbers } from './random-numbers.js';

/**
 * A Latin hypercube: of `count` equal parts of each dimension every one holds one point, at a random place in it, and which parts come
 * together is drawn (McKay, Beckman and Conover 1979).
 *
 * @returns `count` points of `dimensions` coordinates, each from 0 to below 1
 */
export function latinHypercube(count: number, dimensions: number, seed: bigint): number[][] {
  const columns = Array.from({ length: dimensions }, (_, dimension) => {
    const parts = shuffled(count, seed, `order ${dimension}`);
    const places = randomNumbers(seed, `place ${dimension}`, count);
    return parts.map((part, at) => (part + (places[at] ?? 0) / 2 ** 32) / count);
  });
  return Array.from({ length: count }, (_, at) => columns.map((column) => column[at] ?? 0));
}

/** The whole numbers below `count` in the order of numbers that were drawn for them. */
function shuffled(count: number, seed: bigint, stream: string): number[] {
  const drawn = randomNumbers(seed, stream, 2 * count);
  const rank = (at: number) => (drawn[2 * at] ?? 0) * 2 ** 21 + ((drawn[2 * at + 1] ?? 0) >>> 11);
  return Array.from({ length: count }, (_, at) => at).sort((a, b) => rank(a) - rank(b));
}
