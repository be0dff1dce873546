import type { OutcomeRecord } from '../contracts/result/outcome-record.js';
import { endReplicate } from './end-replicate.js';
import type { SimulationContext } from './simulation-context.js';
import type { TaskInvocation } from './task-invocation.js';

/**
 * Writes down how a task ended, and tells of it whoever sums up its run. Where its parameter set is to be compared with targets, that it
 * has ended is noted; where too many failures end the run, one that failed is counted: no other task pays for either.
 */
export async function recordOutcome(
  context: SimulationContext,
  invocation: TaskInvocation,
  record: OutcomeRecord,
): Promise<void> {
  const { records, progress } = context;
  const { stopwatch, jobRun, taskId, task } = invocation;
  const first = await stopwatch.time('record', () => records.recordOutcome(record));
  // A message without a run is a run of its own, of which there is nothing to sum up; and an aggregation is none of its tasks.
  if (task.run !== undefined && !task.aggregate) progress?.ended(record, first);
  if (task.replicate_set)
    await stopwatch.time('record', () => endReplicate(context, invocation, record, first));
  const hasRule = task.stop_after_failures !== undefined || task.stop_set_after_failures !== undefined;
  if (!hasRule || record.outcome === 'succeeded' || record.outcome === 'cancelled') return;
  await stopwatch.time('record', () =>
    records.countFailure(jobRun, task, { taskId, paramId: task.params.param_id }),
  );
}
