import { z } from 'zod';
import { wholeNumberFrom } from '../json/number.js';

/** Where lines of tasks lie: in a gzip file of several members, each of which can be read by itself. */
export const PackedLines = z.object({
  path: z.string(),
  /** Of each member how many lines and bytes it has. */
  members: z.array(z.tuple([wholeNumberFrom(1), wholeNumberFrom(1)])),
});
export type PackedLines = z.infer<typeof PackedLines>;
