import type { OutcomeRecord } from '../contracts/result/outcome-record.js';
import type { TaskInvocation } from './task-invocation.js';

type Ended = Pick<OutcomeRecord, 'outcome' | 'reason' | 'cached' | 'metrics'> &
  Partial<
    Pick<
      OutcomeRecord,
      | 'aggregation'
      | 'attempt'
      | 'attestation'
      | 'error'
      | 'error_details'
      | 'filled_caches'
      | 'logs_ref'
      | 'outputs'
      | 'partial'
      | 'result'
      | 'replicate_digest'
    >
  >;

/** The record of how a task ended in its run. */
export function outcomeRecord(invocation: TaskInvocation, finishedAt: Date, ended: Ended): OutcomeRecord {
  const { aggregate } = invocation.task;
  return {
    job_id: invocation.jobRun.jobId,
    run: invocation.jobRun.run,
    task_id: invocation.taskId,
    result_key: invocation.resultKey,
    bundle_ref: invocation.task.bundle_ref,
    entrypoint: invocation.task.entrypoint,
    param_id: invocation.task.params.param_id,
    params: invocation.task.params.values,
    seed: invocation.task.seed,
    attempt: invocation.attempt,
    ...(aggregate && {
      aggregation: {
        target: aggregate.target,
        ...(aggregate.set && { set_id: aggregate.set.id, replicates: aggregate.set.replicates }),
      },
    }),
    ...(invocation.coldBecause !== undefined && { cold_because: invocation.coldBecause }),
    ...ended,
    finished_at: finishedAt.toISOString(),
  };
}
