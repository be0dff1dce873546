import { z } from 'zod';
import type { Scalar } from '../json/scalar.js';
import { ParameterValues } from '../task/parameter-values.js';
import { Seed } from '../task/seed.js';
import { closedObject } from '../validation/closed-object.js';
import { violationOf } from '../validation/violation-of.js';

const Entry = closedObject(
  'a parameter set with a seed',
  { params: ParameterValues, seed: Seed.exactOptional() },
  () => 'stands beside "params": put it into "params"',
);

export interface ParameterSetEntry {
  params: Record<string, Scalar>;
  seed?: bigint;
}

/** One parameter set of a study: plain parameters by name, or `{params, seed?}`. */
export const ParameterSetEntry = z.unknown().transform((input, context): ParameterSetEntry => {
  const isEntry = typeof input === 'object' && input !== null && 'params' in input;
  const parsed = isEntry ? Entry.safeParse(input) : ParameterValues.safeParse(input);
  if (!parsed.success) {
    const { path, complaint } = violationOf(parsed.error);
    context.issues.push({ code: 'custom', input, path: [...path], message: complaint });
    return z.NEVER;
  }
  return isEntry
    ? (parsed.data as z.output<typeof Entry>)
    : { params: parsed.data as Record<string, Scalar> };
});
