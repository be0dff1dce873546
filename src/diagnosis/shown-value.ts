import type { Change } from './change.js';

const largestWhole = 2n ** 48n;

/** A value before or after, as a person reads it: the bytes of a small variable as the number that they most likely are. */
export function shownValue(
  { kind, size }: Pick<Change, 'kind' | 'size'>,
  value: string | null | undefined,
): string {
  if (value === null || value === undefined) return 'nothing';
  const isMemory = kind === 'native' || kind === 'heap';
  if (!isMemory || !/^(?:[0-9a-f]{2}){1,8}$/i.test(value) || value.length !== 2 * (size ?? 0)) return value;
  const bytes = Buffer.from(value, 'hex');
  const whole = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  if (bytes.length < 8 || whole < largestWhole) return `${whole} (${value})`;
  const float = bytes.readDoubleLE();
  const plain = Math.abs(float) > 1e-30 && Math.abs(float) < 1e30;
  return plain ? `${Number(float.toPrecision(6))} (${value})` : value;
}
