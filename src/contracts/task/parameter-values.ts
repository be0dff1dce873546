import { z } from 'zod';
import { isWellFormed } from '../json/is-well-formed.js';
import { Scalar } from '../json/scalar.js';
import { mustBe } from '../validation/must-be.js';

/** Parameters by name. */
export const ParameterValues = z
  .record(z.string(), Scalar, mustBe('an object of parameters by name'))
  .superRefine((values, context) => {
    for (const name of Object.keys(values)) {
      if (isWellFormed(name)) continue;
      context.addIssue({ code: 'custom', path: [name], message: 'as a name holds half a surrogate pair' });
    }
  });
