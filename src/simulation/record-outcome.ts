import type { OutcomeRecord } from '../contracts/result/outcome-record.js';
import type { SimulationContext } from './simulation-context.js';
import type { TaskInvocation } from './task-invocation.js';

/**
 * Writes down how a task ended, and tells of it whoever sums up its run. Where too many failures end the run, one that failed is
 * counted: no other task pays for that.
 */
export async function recordOutcome(
  { records, progress }: Pick<SimulationContext, 'records' | 'progress'>,
  { stopwatch, jobRun, taskId, task }: TaskInvocation,
  record: OutcomeRecord,
): Promise<void> {
  const first = await stopwatch.time('record', () => records.recordOutcome(record));
  // A message without a run is a run of its own, of which there is nothing to sum up.
  if (task.run !== undefined) progress?.ended(record, first);
  const hasRule = task.stop_after_failures !== undefined || task.stop_set_after_failures !== undefined;
  if (!hasRule || record.outcome === 'succeeded' || record.outcome === 'cancelled') return;
  await stopwatch.time('record', () =>
    records.countFailure(jobRun, task, { taskId, paramId: task.params.param_id }),
  );
}
