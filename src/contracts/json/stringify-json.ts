import { stringify } from 'lossless-json';

/**
 * Writes JSON that `parseJson` reads back to the same digits: `LosslessNumber`s keep their text, bigints
 * become integers.
 *
 * @param indent spaces for each level; one line when absent
 * @throws when the value holds NaN or an infinity, which JSON cannot say
 */
export function stringifyJson(value: unknown, indent?: number): string {
  const text = stringify(value, undefined, indent, [{ test: isNonFinite, stringify: refuse }]);
  if (text === undefined)
    throw new Error(`Cannot write ${typeof value} as JSON: it must be a value of JSON.`);
  return text;
}

function isNonFinite(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}

function refuse(value: unknown): string {
  throw new Error(`Cannot write ${value} as JSON: numbers must be finite.`);
}
