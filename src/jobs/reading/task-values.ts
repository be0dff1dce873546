import { isLosslessNumber } from 'lossless-json';
import { numberText } from '../../contracts/json/number-text.js';
import type { Scalar } from '../../contracts/json/scalar.js';
import { UsageError } from '../../reporting/usage-error.js';

/** Values of parameters and of `seed`, as a person writes them. */
export type TaskValues = ReadonlyMap<string, string>;

/**
 * Words such as `beta=0.3` and `seed=7`.
 *
 * @param what is impossible when one of them is none
 * @throws UsageError
 */
export function taskValues(words: Iterable<string>, what: string): TaskValues {
  const values = new Map<string, string>();
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 1)
      throw new UsageError(
        `${what}: "${word}" must be NAME=VALUE of a parameter or of seed, or the start of a task's id (digits and a to f).`,
      );
    values.set(word.slice(0, at), word.slice(at + 1));
  }
  return values;
}

/** Whether a task has all of these. Numbers are compared as numbers: 0.30 finds 0.3. */
export function hasValues(params: Record<string, Scalar>, seed: bigint, values: TaskValues): boolean {
  for (const [name, text] of values) {
    const value = Object.hasOwn(params, name) ? params[name] : name === 'seed' ? String(seed) : undefined;
    if (value === undefined || !isEqual(value, text)) return false;
  }
  return true;
}

function isEqual(value: Scalar, text: string): boolean {
  if (!isLosslessNumber(value)) return String(value) === text;
  const number = numberText(text);
  return number !== undefined && (number === value.value || Number(number) === Number(value.value));
}
