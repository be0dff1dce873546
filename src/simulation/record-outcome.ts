import type { OutcomeRecord } from '../contracts/result/outcome-record.js';
import type { SimulationContext } from './simulation-context.js';
import type { TaskInvocation } from './task-invocation.js';

/** Records how a task ended. Where too many failures end the run, one that failed is counted: no other task pays for that. */
export async function recordOutcome(
  { records }: SimulationContext,
  { stopwatch, jobRun, taskId, task }: TaskInvocation,
  record: OutcomeRecord,
): Promise<void> {
  await stopwatch.time('record', () => records.recordOutcome(record));
  const hasRule = task.stop_after_failures !== undefined || task.stop_set_after_failures !== undefined;
  if (!hasRule || record.outcome === 'succeeded' || record.outcome === 'cancelled') return;
  await stopwatch.time('record', () =>
    records.countFailure(jobRun, task, { taskId, paramId: task.params.param_id }),
  );
}
