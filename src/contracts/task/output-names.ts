import { z } from 'zod';
import { compareCodePoints } from '../json/compare-code-points.js';
import { isWellFormed } from '../json/is-well-formed.js';
import { firstRepeated } from '../validation/first-repeated.js';
import { mustBe } from '../validation/must-be.js';

/** Of a name whose bytes other than letters, digits, `_`, `-` and `.` are percent-encoded, as in a blob's name: the runner takes no longer one. */
const longest = 200;

const outputName = mustBe('the name of an output, a string that is not empty');

/** Names of outputs, in the order of their code points. */
export const OutputNames = z
  .array(
    z
      .string(outputName)
      .min(1, outputName)
      .refine(isWellFormed, 'holds half a surrogate pair, which is no Unicode text')
      .superRefine((name, context) => {
        const message = whyNoOutput(name);
        if (message) context.addIssue({ code: 'custom', message });
      }),
    mustBe("a list of outputs' names"),
  )
  .superRefine((names, context) => {
    const again = firstRepeated(names);
    if (again >= 0)
      context.addIssue({ code: 'custom', path: [again], message: 'names an output twice: remove one' });
  })
  .transform((names) => [...names].sort(compareCodePoints));

/** Why no simulation can return an output of this name; undefined when one can. */
function whyNoOutput(name: string): string | undefined {
  if (name === '__proto__') return 'cannot be the name of an output: readers of the result would lose it';
  const plain = name.match(/[\w.-]/g)?.length ?? 0;
  const length = 3 * Buffer.byteLength(name) - 2 * plain;
  return length <= longest
    ? undefined
    : `is ${length} characters long when it is percent-encoded: the name of an output has at most ${longest}`;
}
