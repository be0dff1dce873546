import type { OutcomeRecord } from '../contracts/result/outcome-record.js';
import type { TaskInHand } from './task-in-hand.js';

type Ended = Pick<OutcomeRecord, 'outcome' | 'reason' | 'cached' | 'metrics'> &
  Partial<Pick<OutcomeRecord, 'attempt' | 'attestation' | 'error' | 'error_details' | 'logs_ref' | 'result'>>;

/** The record of how a task ended in its run. */
export function outcomeRecord(hand: TaskInHand, finishedAt: Date, ended: Ended): OutcomeRecord {
  return {
    job_id: hand.of.jobId,
    run: hand.of.run,
    task_id: hand.taskId,
    result_key: hand.resultKey,
    bundle_ref: hand.task.bundle_ref,
    entrypoint: hand.task.entrypoint,
    param_id: hand.task.params.param_id,
    params: hand.task.params.values,
    seed: hand.task.seed,
    attempt: hand.attempt,
    ...ended,
    finished_at: finishedAt.toISOString(),
  };
}
