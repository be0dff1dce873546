import type { DeliveryResult } from './delivery-result.js';
import { Interrupted } from './interrupted.js';
import { NoLongerWanted } from './no-longer-wanted.js';
import { recordWithoutRun } from './record-without-run.js';
import type { SimulationContext } from './simulation-context.js';
import type { TaskInvocation } from './task-invocation.js';

/**
 * Brings a task to its outcome unless it has been cancelled, which is its outcome then. One that is cancelled meanwhile is ended.
 *
 * @param signal aborted when the worker goes away
 * @param work its signal is aborted when the worker goes away, or the task is cancelled
 */
export async function unlessCancelled(
  context: SimulationContext,
  invocation: TaskInvocation,
  signal: AbortSignal,
  work: (either: AbortSignal) => Promise<DeliveryResult>,
): Promise<DeliveryResult> {
  const { cancellations } = context;
  if (cancellations === undefined) return work(signal);
  const { jobRun, taskId } = invocation;
  const paramId = invocation.task.params.param_id;
  await cancellations.known();
  const recorded = (reason: string) =>
    recordWithoutRun(context, invocation, { outcome: 'cancelled', reason });
  const before = cancellations.reasonFor(jobRun, taskId, paramId);
  if (before !== undefined) return recorded(before);
  const cancelled = new AbortController();
  const forget = cancellations.watch(jobRun, taskId, paramId, () =>
    cancelled.abort(new NoLongerWanted('The task was cancelled.')),
  );
  try {
    return await work(AbortSignal.any([signal, cancelled.signal]));
  } catch (error) {
    const reason = cancellations.reasonFor(jobRun, taskId, paramId);
    if (!(error instanceof Interrupted) || reason === undefined) throw error;
    // It had no process yet.
    return recorded(reason);
  } finally {
    forget();
  }
}
