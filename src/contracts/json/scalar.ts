import { isLosslessNumber, type LosslessNumber } from 'lossless-json';
import { z } from 'zod';
import { mustBe } from '../validation/must-be.js';
import { jsonProblem } from './json-problem.js';

/** A parameter's value. Numbers keep the text that the sender wrote: `1` is not `1.0`. */
export type Scalar = string | boolean | LosslessNumber;

/** Python must be able to read it: integers of at most 4300 digits, floats finite, strings Unicode text. */
export const Scalar: z.ZodType<Scalar> = z
  .custom<Scalar>(
    (input) => typeof input === 'string' || typeof input === 'boolean' || isLosslessNumber(input),
    mustBe('a number, a string, true or false'),
  )
  .superRefine((value, context) => {
    const problem = jsonProblem(value);
    if (problem) context.addIssue({ code: 'custom', message: problem.complaint });
  });
