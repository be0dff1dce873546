import type { Scalar } from '../../contracts/json/scalar.js';
import type { OutcomeKind } from '../../contracts/result/outcome.js';
import type { TaskProcess } from '../../contracts/result/task-process.js';
import type { TaskSeconds } from '../../contracts/result/task-seconds.js';

/** One task of a job, as its tables and its report show it. Every task has one, whatever became of it. */
export interface TaskRow {
  task_id: string;
  /** That this outcome is of; null while there is none, as all that follows from it. */
  run: string | null;
  outcome: OutcomeKind | 'pending';
  /** Why it failed, one sentence; empty otherwise. */
  reason: string;
  /** Of a failure: the type of what was raised, or its outcome; empty otherwise. */
  error_type: string;
  /** True when an earlier run had made the result. */
  cached: boolean | null;
  bundle_ref: string;
  entrypoint: string;
  param_id: string;
  /** Numbers keep their text. */
  params: Record<string, Scalar>;
  seed: bigint;
  attempt: string | null;
  /** ISO 8601, UTC. */
  finished_at: string | null;
  /** Where its time went; null when it did not run for this outcome. */
  seconds: TaskSeconds | null;
  /** In which process its result was made, and what that took; null when there was none. */
  process: TaskProcess | null;
  /** Names of its outputs; null when that is not known without a look at its result. Empty of what did not succeed. */
  outputs: string[] | null;
  /** Names of the outputs that it was asked for; null where that is all of them, and of a task that nobody wrote down. */
  requested: string[] | null;
  /** Names its result under the executor that ran it. */
  result_key: string;
  /** Of its outcome record; null while there is none. */
  record: string | null;
}
