import { z } from 'zod';
import { compareCodePoints } from '../json/compare-code-points.js';
import { isWellFormed } from '../json/is-well-formed.js';
import { mustBe } from '../validation/must-be.js';

const outputName = mustBe('the name of an output, a string that is not empty');

/** Names of outputs, in the order of their code points. */
export const OutputNames = z
  .array(
    z
      .string(outputName)
      .min(1, outputName)
      .refine(isWellFormed, 'holds half a surrogate pair, which is no Unicode text'),
    mustBe("a list of outputs' names"),
  )
  .superRefine((names, context) => {
    const again = names.findIndex((name, index) => names.indexOf(name) < index);
    if (again >= 0)
      context.addIssue({ code: 'custom', path: [again], message: 'names an output twice: remove one' });
  })
  .transform((names) => [...names].sort(compareCodePoints));
