import { z } from 'zod';
import { paramId } from '../identities/param-id.js';
import { closedObject } from '../validation/closed-object.js';
import { mustBe } from '../validation/must-be.js';
import { ParameterValues } from './parameter-values.js';

/**
 * A parameter set and its id. Reads both of ModelOps' spellings, `values` (its job files) and `params` (its
 * classes), with or without `param_id`; one that does not belong to the values is an error.
 */
export const ParameterSet = closedObject(
  'a parameter set',
  {
    param_id: z.string(mustBe('64 hex digits')).exactOptional(),
    values: ParameterValues.exactOptional(),
    params: ParameterValues.exactOptional(),
  },
  (name) =>
    `is not a field of a parameter set: put the parameters into "values", as in {"values": {${JSON.stringify(name)}: ...}}`,
).transform((given, context) => {
  if (given.values && given.params) {
    context.issues.push({
      code: 'custom',
      input: given,
      message: 'has both "values" and "params", which mean the same: remove one of them',
    });
    return z.NEVER;
  }
  const values = given.values ?? given.params;
  if (!values) {
    context.issues.push({ code: 'custom', input: given, path: ['values'], message: 'is missing' });
    return z.NEVER;
  }
  const param_id = paramId(values);
  if (given.param_id !== undefined && given.param_id !== param_id) {
    context.issues.push({
      code: 'custom',
      input: given,
      path: ['param_id'],
      message: `is ${JSON.stringify(given.param_id)}, and the values have the id "${param_id}": correct it or leave it out`,
    });
    return z.NEVER;
  }
  return { param_id, values };
});
