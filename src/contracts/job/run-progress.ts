import { z } from 'zod';
import { Identity } from '../identities/identity.js';
import { WholeNumber } from '../json/number.js';
import { Scalar } from '../json/scalar.js';
import { OutcomeKind } from '../result/outcome.js';
import { TaskSeconds } from '../result/task-seconds.js';
import { Seed } from '../task/seed.js';

/** Tasks that ended alike, and the commonest sentence about it. */
export const EndedAlike = z.object({ outcome: OutcomeKind, reason: z.string(), tasks: WholeNumber });
export type EndedAlike = z.infer<typeof EndedAlike>;

/** How tasks of one run have ended, each outcome record counted once. */
export const RunCounts = z.object({
  outcomes: z.partialRecord(OutcomeKind, WholeNumber),
  /** Of the succeeded ones, those whose result an earlier run had made. */
  cached: WholeNumber,
  /** Where the time of those that ran went, added up. */
  seconds: z.object({ tasks: WholeNumber, ...TaskSeconds.shape }),
  /** Why tasks failed, the commonest first; not all of it where there are many ways. */
  reasons: z.array(EndedAlike),
  last_outcome_at: z.iso.datetime().nullable(),
});
export type RunCounts = z.infer<typeof RunCounts>;

/** A task that has a process now. */
export const RunningTask = z.object({
  task_id: Identity,
  /** Absent where they are too long for a summary. */
  params: z.record(z.string(), Scalar).exactOptional(),
  seed: Seed,
  since: z.iso.datetime(),
});
export type RunningTask = z.infer<typeof RunningTask>;

/**
 * `jobs/<job>/runs/<run>/progress/<id>.json`: what one instance has done for a run, written over and over, also in the blob's metadata, so that
 * one listing reads those of all instances. The outcome records are the truth: what an instance could not tell before it died is missing here.
 */
export const RunProgress = RunCounts.extend({
  /** Those that run now, or when this was written; the longest first, not all of them where they are many. */
  running: z.array(RunningTask),
  running_tasks: WholeNumber,
  written_at: z.iso.datetime(),
});
export type RunProgress = z.infer<typeof RunProgress>;
