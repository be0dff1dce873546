import { z } from 'zod';
import { wholeNumberFrom } from '../json/number.js';
import { Seed } from '../task/seed.js';

/** How the parameter sets of a job were drawn: what says it again draws the same ones. */
export const Sampling = z.object({
  method: z.enum(['latin-hypercube', 'sobol']),
  /** Points that were drawn. */
  count: wholeNumberFrom(1),
  seed: Seed,
  /** As they are given, `beta=0.1:0.5`. */
  ranges: z.array(z.string()).min(1),
});
export type Sampling = z.infer<typeof Sampling>;
