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
  /** Every delivery was used up by trouble outside the task; written by recordPoison. */
  'given-up',
]);
export type OutcomeKind = z.infer<typeof OutcomeKind>;
