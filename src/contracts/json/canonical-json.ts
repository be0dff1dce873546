import { isLosslessNumber } from 'lossless-json';
import { compareCodePoints } from './compare-code-points.js';
import { isWellFormed } from './is-well-formed.js';
import { pythonFloatRepr } from './python-float-repr.js';
import { pythonNumber } from './python-number.js';

/**
 * The canonical JSON of modelops-contracts: what Python's `json.dumps` writes of the value that `json.loads`
 * read, with sorted keys, no spaces and characters as they are.
 *
 * @param value JSON as `parseJson` gives it; integers may be bigint
 * @throws for what has no canonical form: plain JavaScript numbers (1 or 1.0?), numbers that Python could
 *   not read, half a surrogate pair
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return canonicalString(value);
  if (isLosslessNumber(value)) return canonicalNumber(value.value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).sort(([a], [b]) => compareCodePoints(a, b));
    return `{${entries.map(([key, inner]) => `${canonicalString(key)}:${canonicalJson(inner)}`).join(',')}}`;
  }
  throw new TypeError(
    `Cannot write a ${typeof value} as canonical JSON: numbers must keep their text (LosslessNumber).`,
  );
}

function canonicalNumber(text: string): string {
  const number = pythonNumber(text);
  if ('problem' in number)
    throw new RangeError(`Cannot write a number as canonical JSON: it ${number.problem}.`);
  return typeof number.value === 'bigint' ? number.value.toString() : pythonFloatRepr(number.value);
}

function canonicalString(text: string): string {
  if (!isWellFormed(text)) {
    throw new RangeError(
      `Cannot write ${JSON.stringify(text)} as canonical JSON: it holds half a surrogate pair.`,
    );
  }
  return JSON.stringify(text);
}
