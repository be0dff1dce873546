import { attemptTask } from './attempt-task.js';
import { BundleUnavailable } from './bundle-unavailable.js';
import { EnvironmentFailed } from './environment-failed.js';
import type { Handled } from './handled.js';
import { recordWithoutRun } from './record-without-run.js';
import type { SimulationContext } from './simulation-context.js';
import type { TaskInHand } from './task-in-hand.js';

/** Brings one valid task to its outcome: at once when its result exists, otherwise by an attempt. */
export async function runTask(
  context: SimulationContext,
  hand: TaskInHand,
  signal: AbortSignal,
): Promise<Handled> {
  const stored = await context.results.find(hand.resultKey);
  if (stored) return recordWithoutRun(context, hand, { outcome: 'succeeded', reason: '', stored });

  if (hand.deliveries > context.maxDeliveries) {
    const reason = `The task was delivered ${hand.deliveries - 1} times and never finished; the limit is ${context.maxDeliveries} (maxDequeueCount). Submit it again when the trouble is over.`;
    return recordWithoutRun(context, hand, { outcome: 'given-up', reason });
  }

  try {
    const bundle = await context.bundles.ensureLocal(hand.task.bundle_ref);
    const environment = await context.environments.forBundle(bundle);
    return await attemptTask(context, hand, bundle, environment, signal);
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
