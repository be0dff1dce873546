import { LosslessNumber } from 'lossless-json';

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const notFinite = /^([+-]?)(?:(nan)|inf|infinity)$/i;

/** The number that a text is, whole ones with all their digits; undefined when it is none. */
export function numberIn(text: string): LosslessNumber | number | undefined {
  if (number.test(text))
    // JSON has no zeros before a number: `007` is one, and where it differs, its digits do.
    return /^-?\d+$/.test(text) ? new LosslessNumber(text.replace(/^(-?)0+(?=\d)/, '$1')) : Number(text);
  const [, sign, nan] = notFinite.exec(text) ?? [];
  if (sign === undefined) return undefined;
  if (nan !== undefined) return Number.NaN;
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
