import { directionNumbers } from './direction-numbers.js';

const bits = 32;

/** Most dimensions that there are direction numbers for. */
export const mostSobolDimensions = directionNumbers.length + 1;

/**
 * The first points of Sobol's low-discrepancy sequence, in the order of Gray codes (Antonov and Saleev), so that they are the points of
 * `scipy.stats.qmc.Sobol(scramble=False)`. Dimensions can be shifted digit by digit, which keeps the balance of the points and moves the
 * first one away from the corner.
 *
 * @param shifts of each dimension, 32 bits
 * @returns `count` points of `dimensions` coordinates, each from 0 to below 1
 */
export function sobolPoints(
  count: number,
  dimensions: number,
  shifts: ArrayLike<number> = new Uint32Array(dimensions),
): number[][] {
  const directions = Array.from({ length: dimensions }, (_, dimension) => directionsOf(dimension));
  const state = directions.map((_, dimension) => shifts[dimension] ?? 0);
  return Array.from({ length: count }, (_, index) => {
    const point = state.map((digits) => (digits >>> 0) / 2 ** bits);
    const changed = Math.clz32((index + 1) & -(index + 1));
    for (const [dimension, of] of directions.entries())
      state[dimension] = (state[dimension] ?? 0) ^ (of[bits - 1 - changed] ?? 0);
    return point;
  });
}

/** Direction numbers as binary fractions of 32 bits, by the recurrence of the dimension's polynomial. */
function directionsOf(dimension: number): number[] {
  const [polynomial, ...initial] = directionNumbers[dimension - 1] ?? [1];
  const degree = initial.length;
  const directions = initial.map((value, at) => value << (bits - 1 - at));
  for (let at = degree; at < bits; at++) {
    if (degree === 0) {
      directions.push(1 << (bits - 1 - at));
      continue;
    }
    const first = directions[at - degree] ?? 0;
    let next = first ^ (first >>> degree);
    for (let term = 1; term < degree; term++)
      if ((polynomial >>> (degree - term)) & 1) next ^= directions[at - term] ?? 0;
    directions.push(next);
  }
  return directions;
}
