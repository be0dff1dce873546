import type { OutcomeKind } from '../contracts/outcome.js';

/** What became of a delivery whose message is done. */
export interface Handled {
  outcome: OutcomeKind;
  /** `<job>/<run>/<task_id>`, or `refused/<message id>` */
  subject: string;
  reason: string;
  cached: boolean;
  /** Processes that could not be killed: the instance is no longer clean. */
  unkillable: number[];
  /** Something about this run that a fresh worker is the answer to; empty otherwise. */
  odd: string;
}
