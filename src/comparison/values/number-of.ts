import { isLosslessNumber } from 'lossless-json';

/** A value as a number, whole ones beyond what floats hold as bigint; undefined when it is none. */
export function numberOf(value: unknown): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (!isLosslessNumber(value)) return undefined;
  const text = value.value;
  return /^-?\d{16,4300}$/.test(text) ? BigInt(text) : Number(text);
}

/** How far two numbers are apart; undefined when one is not finite. Relative to the larger of the two. */
export function distance(
  a: number | bigint,
  b: number | bigint,
): { absolute: number; relative: number } | undefined {
  const absolute =
    typeof a === 'bigint' && typeof b === 'bigint'
      ? Math.abs(Number(a - b))
      : Math.abs(Number(a) - Number(b));
  const largest = Math.max(Math.abs(Number(a)), Math.abs(Number(b)));
  // The difference of two finite numbers can be beyond them.
  if (!Number.isFinite(largest) || !Number.isFinite(absolute)) return undefined;
  return { absolute, relative: largest === 0 ? 0 : absolute / largest };
}
