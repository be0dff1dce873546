import { numberOf } from './number-of.js';

const longest = 60;

/** A value as text for people, cut when it is long. */
export function showValue(value: unknown): string {
  const text = wholeText(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** A value as text, whole: two that have it in common are the same. */
export function wholeText(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  const number = numberOf(value);
  if (number !== undefined) return String(number);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'no date' : value.toISOString();
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`;
  return String(value);
}
