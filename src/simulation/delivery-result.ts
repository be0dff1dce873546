import type { OutcomeKind } from '../contracts/result/outcome.js';
import type { RunExecutor } from '../contracts/task/executor.js';

/** What became of a delivery whose message is done. */
export interface DeliveryResult {
  outcome: OutcomeKind;
  /** `<job>/<run>/<task_id>`, or `refused/<message id>` */
  subject: string;
  reason: string;
  cached: boolean;
  /** Processes that could not be killed: the instance is no longer clean. */
  unkillable: number[];
  /** That its bundle was found to leak from task to task just now, one sentence. */
  leak?: string;
  /** What is known of the process; absent when none had to be started. */
  ran?: RunSummary;
}

export interface RunSummary {
  executor: RunExecutor;
  /** In Python's words; absent when the process ended before it could say who it is. */
  startMethod: 'spawn' | 'forkserver' | undefined;
  /** The figures of the outcome record. */
  metrics: Record<string, number>;
  /** The type of the error that the simulation or its loading raised. */
  errorType: string | undefined;
  /** What that error said. It can hold anything that the simulation knows. */
  errorMessage: string | undefined;
}
