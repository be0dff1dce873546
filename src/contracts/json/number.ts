import { isLosslessNumber } from 'lossless-json';
import { z } from 'zod';
import { mustBe } from '../validation/must-be.js';

/** A number of our own documents (sizes, pids, metrics) as a plain JavaScript number. */
export const FiniteNumber = z.preprocess(
  (input) => (isLosslessNumber(input) ? Number(input.value) : input),
  z.number(mustBe('a finite number')),
);

const whole = z.number(mustBe('a whole number')).int(mustBe('a whole number'));

/** A whole number that JavaScript holds exactly. */
export const WholeNumber = z.preprocess(ofWholeText, whole);

/** A whole number, at least `minimum`. */
export function wholeNumberFrom(minimum: number) {
  return z.preprocess(ofWholeText, whole.min(minimum, mustBe(`a whole number, at least ${minimum}`)));
}

function ofWholeText(input: unknown): unknown {
  return isLosslessNumber(input) && /^-?\d+$/.test(input.value) ? Number(input.value) + 0 : input; // -0 is 0
}
