import { z } from 'zod';
import { wholeNumberFrom } from '../json/number.js';

/** After how many failures the rest of a run is cancelled. */
export const StopRule = z.object({
  /** All of its tasks, when so many of them have failed. */
  stop_after_failures: wholeNumberFrom(1).exactOptional(),
  /** Those of a parameter set, when so many of these have failed. */
  stop_set_after_failures: wholeNumberFrom(1).exactOptional(),
});
export type StopRule = z.infer<typeof StopRule>;
