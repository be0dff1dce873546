import { attemptTask } from './attempt-task.js';
import { BundleUnavailable } from './bundle-unavailable.js';
import { EnvironmentFailed } from './environment-failed.js';
import type { Handled } from './handled.js';
import type { HeldBundle } from './ports.js';
import { recordWithoutRun } from './record-without-run.js';
import type { SimulationContext } from './simulation-context.js';
import { runCold, type TaskInHand } from './task-in-hand.js';

/** Brings one valid task to its outcome: at once when its result exists, otherwise by an attempt. */
export async function runTask(
  context: SimulationContext,
  hand: TaskInHand,
  signal: AbortSignal,
): Promise<Handled> {
  const attempt = async (inHand: TaskInHand, bundle: HeldBundle) =>
    attemptTask(context, inHand, bundle, await context.environments.forBundle(bundle), signal);

  if (hand.executor === 'cold') {
    return unlessStored(context, hand, () => withBundle(context, hand, (bundle) => attempt(hand, bundle)));
  }
  // Only the bundle knows whether it must run cold, and then its result is another one: it is needed first.
  return withBundle(context, hand, (bundle) => {
    const inHand = bundle.metadata.requires_fresh_process ? runCold(hand) : hand;
    return unlessStored(context, inHand, () => attempt(inHand, bundle));
  });
}

async function unlessStored(
  context: SimulationContext,
  hand: TaskInHand,
  work: () => Promise<Handled>,
): Promise<Handled> {
  const stored = await context.results.find(hand.resultKey);
  if (stored) return recordWithoutRun(context, hand, { outcome: 'succeeded', reason: '', stored });

  if (hand.deliveries > context.maxDeliveries) {
    const reason = `The task was delivered ${hand.deliveries - 1} times and never finished; the limit is ${context.maxDeliveries} (maxDequeueCount). Submit it again when the trouble is over.`;
    return recordWithoutRun(context, hand, { outcome: 'given-up', reason });
  }
  return work();
}

/** Holds the bundle while work needs it. What makes the bundle or its environment impossible is the task's outcome. */
async function withBundle(
  context: SimulationContext,
  hand: TaskInHand,
  work: (bundle: HeldBundle) => Promise<Handled>,
): Promise<Handled> {
  try {
    const bundle = await context.bundles.ensureLocal(hand.task.bundle_ref);
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
