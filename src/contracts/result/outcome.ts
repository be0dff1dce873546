import { z } from 'zod';

/** How one attempt at a task ended. Every one of them is final for its run: it is stored and the message is done. */
export const OutcomeKind = z.enum([
  'succeeded',
  'simulation-failed',
  'timed-out',
  'out-of-memory',
  'crashed',
  'no-result',
  'invalid-result',
  'cancelled',
  'invalid-task',
  'bundle-unavailable',
  'environment-failed',
  /** Of an aggregation: its target raised. */
  'target-failed',
  /** Of an aggregation: too few replicates of its parameter set have succeeded, or a result that it names is not there. */
  'inputs-unavailable',
  /** Every delivery was used up by trouble outside the task; written by recordPoison. */
  'given-up',
]);
export type OutcomeKind = z.infer<typeof OutcomeKind>;
