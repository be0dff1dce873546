import { attemptTask } from './attempt-task.js';
import { BundleUnavailable } from './bundle-unavailable.js';
import { counting } from './counting.js';
import { decideRun } from './decide-run.js';
import type { DeliveryResult } from './delivery-result.js';
import { EnvironmentFailed } from './environment-failed.js';
import { environmentOf } from './environment-of.js';
import { ForkRefused } from './fork-refused.js';
import { giveUp } from './give-up.js';
import { InputsUnavailable } from './inputs-unavailable.js';
import { Interrupted } from './interrupted.js';
import { LeakFound } from './leak-found.js';
import { limitsExceeded } from './limits-exceeded.js';
import { newAttempt } from './new-attempt.js';
import type { HeldBundle, PythonEnvironment } from './ports.js';
import { recordOutcome } from './record-outcome.js';
import { recordWithoutRun } from './record-without-run.js';
import type { SimulationContext } from './simulation-context.js';
import { type TaskInvocation, withExecutor } from './task-invocation.js';
import { unlessCancelled } from './unless-cancelled.js';

/** Brings one valid task to its outcome: at once when it is cancelled or its result exists, otherwise by an attempt. */
export async function runTask(
  context: SimulationContext,
  invocation: TaskInvocation,
  signal: AbortSignal,
): Promise<DeliveryResult> {
  const ended = await endedBefore(context, invocation);
  if (ended !== undefined) return ended;
  if (invocation.deliveries > context.maxDeliveries) {
    const reason = `The task was delivered ${invocation.deliveries - 1} times and never finished; the limit is ${context.maxDeliveries} (maxDequeueCount). Submit it again when the trouble is over.`;
    return giveUp(context, invocation, reason);
  }

  return unlessCancelled(context, invocation, signal, (either) => run(context, invocation, either));
}

/**
 * A worker can be lost between the outcome of a task and the end of its message. A success is found by its result; a failure would run again, and perhaps
 * have a result beside an outcome that says it has none. What follows from an outcome is done again, as it may not have been.
 */
async function endedBefore(
  context: SimulationContext,
  invocation: TaskInvocation,
): Promise<DeliveryResult | undefined> {
  if (invocation.deliveries === 1) return undefined;
  const { jobRun, taskId, task, stopwatch } = invocation;
  const kind = task.aggregate ? 'aggregation' : 'task';
  const record = await stopwatch.time('lookup', () => context.records.findOutcome(jobRun, taskId, kind));
  if (record === undefined) return undefined;
  await recordOutcome(context, invocation, record);
  const { outcome, reason } = record;
  return {
    outcome,
    subject: `${jobRun.jobId}/${jobRun.run}/${taskId}`,
    reason,
    cached: true,
    unkillable: [],
  };
}

function run(
  context: SimulationContext,
  invocation: TaskInvocation,
  signal: AbortSignal,
): Promise<DeliveryResult> {
  // Only its bundle says how a task runs and with which packages, and so which stored result may answer it.
  return withBundle(context, invocation, signal, async (bundle) => {
    const environment = await environmentOf(context, invocation, bundle);
    const answer = async (chosen: TaskInvocation, remarks: string[]) => {
      const remarked = { ...bundle, remarks: [...bundle.remarks, ...remarks] };
      return (
        (await fromBefore(context, chosen, environment)) ??
        (await beyondLimits(context, chosen)) ??
        (await attemptTask(context, chosen, remarked, environment, signal))
      );
    };
    const decided = await guarded(context, decideRun(invocation, bundle.metadata), bundle.digest);
    try {
      return await answer(decided.invocation, decided.remarks);
    } catch (error) {
      if (error instanceof LeakFound) {
        const { message: leak, unkillable } = error;
        try {
          await context.guard?.accuse(bundle.digest, leak, invocation.taskId);
          // Of its own attempt: what the wrong one printed stays apart.
          const again = { ...coldBecause(leak, invocation), attempt: newAttempt() };
          const result = await answer(again, [leak]);
          return { ...result, unkillable: [...unkillable, ...result.unkillable], leak };
        } catch (trouble) {
          if (unkillable.length > 0) context.leftBehind?.(unkillable);
          throw trouble;
        }
      }
      if (!(error instanceof ForkRefused)) throw error;
      return answer(invocation, [error.message]);
    }
  });
}

/** Once a bundle was found to leak, nobody reuses a process for it. */
async function guarded(
  { guard }: SimulationContext,
  decided: ReturnType<typeof decideRun>,
  bundleDigest: string,
): Promise<ReturnType<typeof decideRun>> {
  const { executor, task } = decided.invocation;
  if (guard === undefined || executor === 'cold' || task.aggregate) return decided;
  await guard.known();
  const reason = guard.reasonFor(bundleDigest);
  if (reason === undefined) return decided;
  return {
    invocation: coldBecause(reason, decided.invocation),
    remarks: [...decided.remarks, reason],
  };
}

function coldBecause(reason: string, invocation: TaskInvocation): TaskInvocation {
  return { ...withExecutor('cold', invocation), coldBecause: reason };
}

async function fromBefore(
  context: SimulationContext,
  invocation: TaskInvocation,
  environment: PythonEnvironment,
): Promise<DeliveryResult | undefined> {
  const found = await invocation.stopwatch.time('lookup', () =>
    context.results.find(
      invocation.resultKey,
      counting(invocation, async () => environment),
    ),
  );
  return found && recordWithoutRun(context, invocation, { outcome: 'succeeded', reason: '', found });
}

/** Its outcome when it asks for more than the app gives any task. */
async function beyondLimits(
  context: SimulationContext,
  invocation: TaskInvocation,
): Promise<DeliveryResult | undefined> {
  const reason = limitsExceeded(context, invocation.task);
  return reason === undefined
    ? undefined
    : recordWithoutRun(context, invocation, { outcome: 'invalid-task', reason });
}

/** Holds the bundle while work needs it. What makes the bundle or its environment impossible is the task's outcome. */
async function withBundle(
  context: SimulationContext,
  invocation: TaskInvocation,
  signal: AbortSignal,
  work: (bundle: HeldBundle) => Promise<DeliveryResult>,
): Promise<DeliveryResult> {
  try {
    const bundle = await invocation.stopwatch
      .time('bundle', () => context.bundles.ensureLocal(invocation.task.bundle_ref, signal))
      .catch((error: unknown) => {
        throw signal.aborted ? new Interrupted(invocation) : error;
      });
    try {
      return await work(bundle);
    } finally {
      await bundle.release();
    }
  } catch (error) {
    if (error instanceof BundleUnavailable) {
      return recordWithoutRun(context, invocation, { outcome: 'bundle-unavailable', reason: error.message });
    }
    if (error instanceof EnvironmentFailed) {
      const { message: reason, log } = error;
      return recordWithoutRun(context, invocation, { outcome: 'environment-failed', reason, log });
    }
    if (error instanceof InputsUnavailable) {
      return recordWithoutRun(context, invocation, { outcome: 'inputs-unavailable', reason: error.message });
    }
    throw error;
  }
}
