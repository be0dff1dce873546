import { z } from 'zod';
import { RunCounts } from './run-progress.js';

/**
 * `jobs/<job>/runs/<run>/counted-run.json`, and `counted-job.json` for all runs of the job up to this one: what a reader has counted from the outcome
 * records, so that the next one need not.
 */
export const CountedRun = RunCounts.extend({
  /** All tasks have ended: nothing of it changes any more. */
  complete: z.boolean(),
  /** Of a run that stood still: what its instances had told by then. It holds while they tell nothing new. */
  told: z.string(),
  counted_at: z.iso.datetime(),
});
export type CountedRun = z.infer<typeof CountedRun>;
