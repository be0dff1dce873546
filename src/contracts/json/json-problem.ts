import { isLosslessNumber } from 'lossless-json';
import { isWellFormed } from './is-well-formed.js';
import { pythonNumber } from './python-number.js';

/** The first thing in a JSON value that Python could not read back as it was meant, and where it is. */
export function jsonProblem(
  value: unknown,
  path: readonly PropertyKey[] = [],
): { path: readonly PropertyKey[]; complaint: string } | undefined {
  if (typeof value === 'string') return isWellFormed(value) ? undefined : { path, complaint: notText };
  if (isLosslessNumber(value)) {
    const number = pythonNumber(value.value);
    return 'problem' in number ? { path, complaint: number.problem } : undefined;
  }
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      const here = [...path, Array.isArray(value) ? Number(key) : key];
      if (!isWellFormed(key)) return { path: here, complaint: `as a name ${notText}` };
      const problem = jsonProblem(inner, here);
      if (problem) return problem;
    }
    return undefined;
  }
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return undefined;
  return { path, complaint: `is a ${typeof value}: numbers must keep their text (LosslessNumber)` };
}

const notText = 'holds half a surrogate pair, which is no Unicode text';
