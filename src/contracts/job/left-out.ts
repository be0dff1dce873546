import { z } from 'zod';
import { wholeNumberFrom } from '../json/number.js';
import { PackedLines } from './packed-lines.js';

/** `jobs/<job>/runs/<run>/left-out.json`: the rest of a run that was cancelled before its messages were sent. Written once. */
export const LeftOut = z.object({
  /** How many; none of them has an outcome in this run. */
  tasks: wholeNumberFrom(0),
  reason: z.string(),
  left_out_at: z.iso.datetime(),
  /** Which they are: all from this line on. */
  from: wholeNumberFrom(0),
  lines: PackedLines,
});
export type LeftOut = z.infer<typeof LeftOut>;
