import type { StoredResult } from '../contracts/result/stored-result.js';
import type { RunReport } from './ports.js';
import { runMetrics } from './run-metrics.js';
import { tableArtifacts } from './table-artifacts.js';
import type { TaskInvocation } from './task-invocation.js';

/** The `result.json` of a run that succeeded and whose artifacts are stored. */
export function storedResult(
  invocation: TaskInvocation,
  report: RunReport,
  references: Map<string, string>,
  logsRef: string,
  finishedAt: Date,
): StoredResult {
  if (!report.attestation) {
    throw new Error(
      `Cannot commit task ${invocation.taskId}: its process never said who it is, and a result needs that proof.`,
    );
  }
  const outputs = tableArtifacts(report.artifacts, references);
  const { aggregation: _, ...others } = outputs;
  return {
    task_id: invocation.taskId,
    result_key: invocation.resultKey,
    bundle_ref: invocation.task.bundle_ref,
    entrypoint: invocation.task.entrypoint,
    param_id: invocation.task.params.param_id,
    params: invocation.task.params.values,
    seed: invocation.task.seed,
    outputs,
    logs_ref: logsRef,
    metrics: runMetrics(invocation, report),
    cached: false,
    attempt: invocation.attempt,
    attestation: report.attestation,
    ...(report.aggregation && {
      aggregation: {
        ...report.aggregation,
        outputs: others,
        inputs: invocation.task.aggregate?.inputs.toSorted() ?? [],
      },
    }),
    ...(report.exit.afterResult
      ? { exit_after_result: { code: report.exit.code, signal: report.exit.signal } }
      : {}),
    finished_at: finishedAt.toISOString(),
  };
}
