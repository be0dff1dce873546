import { numberOf } from './number-of.js';

/**
 * Whether two values are one: numbers by value, however they are written (NaN is NaN, −0 is 0), bytes by their content, all others
 * as they are.
 */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const [x, y] = [numberOf(a), numberOf(b)];
  // A bigint and a number of one value are not `===`.
  if (x !== undefined && y !== undefined) return (x <= y && x >= y) || (Number.isNaN(x) && Number.isNaN(y));
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime());
  return (a ?? null) === (b ?? null);
}
