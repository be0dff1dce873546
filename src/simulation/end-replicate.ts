import type { AggregateRequest } from '../contracts/message/aggregate-request.js';
import { aggregationTask } from '../contracts/message/aggregation-task.js';
import type { OutcomeRecord } from '../contracts/result/outcome-record.js';
import { setId } from '../contracts/task/set-id.js';
import { createTaskInvocation } from './create-task-invocation.js';
import { outcomeRecord } from './outcome-record.js';
import type { StandingReplicate } from './ports.js';
import type { SimulationContext } from './simulation-context.js';
import type { TaskInvocation } from './task-invocation.js';

/**
 * Notes that a task has ended whose parameter set is to be compared with targets. The last one of the set has it aggregated, once for each
 * target. A message that is delivered again does all of it again, so that a worker may die anywhere; what was done twice ends at the
 * records, which are created once.
 */
export async function endReplicate(
  context: SimulationContext,
  invocation: TaskInvocation,
  record: OutcomeRecord,
  isFirst: boolean,
): Promise<void> {
  const { sets } = context;
  const { task, jobRun, stopwatch } = invocation;
  const { replicate_set: set } = task;
  if (sets === undefined || set === undefined) return;
  const id = setId(task);
  const ended = await sets.end(record, { id, replicates: set.replicates }, isFirst);
  if (ended === undefined) return;

  const inputs = ended.flatMap(({ result }) => result ?? []);
  const tooFew = whyTooFew(ended, set.min_replicates ?? set.replicates);
  for (const target of set.targets) {
    const { timeout_seconds, memory_bytes, traceparent, bundle_ref, params } = task;
    const request: AggregateRequest = {
      target,
      bundle_ref,
      inputs,
      set: { id, params, replicates: set.replicates },
      job_id: jobRun.jobId,
      run: jobRun.run,
      ...(timeout_seconds !== undefined && { timeout_seconds }),
      ...(memory_bytes !== undefined && { memory_bytes }),
      ...(traceparent !== undefined && { traceparent }),
    };
    const delivery = { messageId: '', body: new Uint8Array(), dequeueCount: 1, insertedAt: undefined };
    const aggregation = createTaskInvocation(context, aggregationTask(request), delivery, stopwatch);
    if (await sets.isAggregated(jobRun, aggregation.taskId)) continue;
    if (tooFew === undefined) await sets.send(request);
    else {
      const failed = outcomeRecord(aggregation, context.now(), {
        outcome: 'inputs-unavailable',
        reason: tooFew,
        cached: false,
        error: { error_type: 'inputs-unavailable', message: tooFew, retryable: false },
        metrics: {},
      });
      await context.records.recordOutcome(failed);
    }
  }
}

const shown = 3;

/** @returns undefined when there are as many as there must be */
function whyTooFew(ended: StandingReplicate[], needed: number): string | undefined {
  const failed = ended.filter(({ result }) => result === undefined);
  if (ended.length - failed.length >= needed) return undefined;
  const kinds = new Map<string, number>();
  for (const { outcome } of failed) kinds.set(outcome, (kinds.get(outcome) ?? 0) + 1);
  const counts = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ');
  const names = failed.slice(0, shown).map(({ taskId }) => taskId);
  const more = failed.length > shown ? ` and ${failed.length - shown} more` : '';
  const least = needed === ended.length ? 'all of them are needed' : `at least ${needed} are needed`;
  return `Of ${ended.length} replicates ${ended.length - failed.length} have succeeded, and ${least} (min_replicates): ${counts} (${names.join(', ')}${more}). Retry them, or submit the job with a lower --min-replicates.`;
}
