import { attemptTask } from './attempt-task.js';
import { BundleUnavailable } from './bundle-unavailable.js';
import { decideRun } from './decide-run.js';
import { EnvironmentFailed } from './environment-failed.js';
import { ForkRefused } from './fork-refused.js';
import { giveUp } from './give-up.js';
import type { Handled } from './handled.js';
import { Interrupted } from './interrupted.js';
import type { HeldBundle } from './ports.js';
import { recordWithoutRun } from './record-without-run.js';
import type { SimulationContext } from './simulation-context.js';
import type { TaskInHand } from './task-in-hand.js';

/** Brings one valid task to its outcome: at once when its result exists, otherwise by an attempt. */
export async function runTask(
  context: SimulationContext,
  hand: TaskInHand,
  signal: AbortSignal,
): Promise<Handled> {
  const cached = await fromBefore(context, hand);
  if (cached) return cached;

  if (hand.deliveries > context.maxDeliveries) {
    const reason = `The task was delivered ${hand.deliveries - 1} times and never finished; the limit is ${context.maxDeliveries} (maxDequeueCount). Submit it again when the trouble is over.`;
    return giveUp(context, hand, reason);
  }

  return withBundle(context, hand, signal, async (bundle) => {
    const decided = decideRun(hand, bundle.metadata);
    // Only its bundle says how a task runs, and then its result is another one.
    const cached = decided.hand === hand ? undefined : await fromBefore(context, decided.hand);
    if (cached) return cached;
    const environment = await hand.stopwatch.time('environment', () =>
      context.environments.forBundle(bundle),
    );
    const attempt = (inHand: TaskInHand, remarks: string[]) => {
      const remarked = { ...bundle, remarks: [...bundle.remarks, ...remarks] };
      return attemptTask(context, inHand, remarked, environment, signal);
    };
    try {
      return await attempt(decided.hand, decided.remarks);
    } catch (error) {
      if (!(error instanceof ForkRefused)) throw error;
      return attempt(hand, [error.message]);
    }
  });
}

async function fromBefore(context: SimulationContext, hand: TaskInHand): Promise<Handled | undefined> {
  const stored = await hand.stopwatch.time('lookup', () => context.results.find(hand.resultKey));
  return stored && recordWithoutRun(context, hand, { outcome: 'succeeded', reason: '', stored });
}

/** Holds the bundle while work needs it. What makes the bundle or its environment impossible is the task's outcome. */
async function withBundle(
  context: SimulationContext,
  hand: TaskInHand,
  signal: AbortSignal,
  work: (bundle: HeldBundle) => Promise<Handled>,
): Promise<Handled> {
  try {
    const bundle = await hand.stopwatch
      .time('bundle', () => context.bundles.ensureLocal(hand.task.bundle_ref, signal))
      .catch((error: unknown) => {
        throw signal.aborted ? new Interrupted(hand) : error;
      });
    try {
      return await work(bundle);
    } finally {
      await bundle.release();
    }
  } catch (error) {
    if (error instanceof BundleUnavailable) {
      return recordWithoutRun(context, hand, { outcome: 'bundle-unavailable', reason: error.message });
    }
    if (error instanceof EnvironmentFailed) {
      return recordWithoutRun(context, hand, { outcome: 'environment-failed', reason: error.message });
    }
    throw error;
  }
}
