import { counting } from './counting.js';
import type { DeliveryResult } from './delivery-result.js';
import { possibleRuns } from './possible-runs.js';
import { recordWithoutRun } from './record-without-run.js';
import { ResultDamaged } from './result-damaged.js';
import type { SimulationContext } from './simulation-context.js';
import type { TaskInvocation } from './task-invocation.js';

/**
 * Records a task as given up, unless it has a result: trouble may have come after the result was stored, and the first
 * record of a task is the one that stays.
 *
 * @param log a file on this machine that says more
 */
export async function giveUp(
  context: SimulationContext,
  invocation: TaskInvocation,
  reason: string,
  log?: string,
): Promise<DeliveryResult> {
  const environment = () => environmentOf(context, invocation);
  for (const possible of possibleRuns(invocation)) {
    const found = await context.results
      .find(possible.resultKey, counting(possible, environment))
      .catch((error: unknown) => {
        if (error instanceof ResultDamaged) return undefined;
        throw error;
      });
    if (found) return recordWithoutRun(context, possible, { outcome: 'succeeded', reason: '', found });
  }
  return recordWithoutRun(context, invocation, { outcome: 'given-up', reason, log });
}

/** Where the task would run; undefined when its bundle or that cannot be had, which may be the very trouble that it is given up for. */
async function environmentOf({ bundles, environments }: SimulationContext, { task }: TaskInvocation) {
  try {
    const bundle = await bundles.ensureLocal(task.bundle_ref);
    try {
      return await environments.forBundle(bundle);
    } finally {
      await bundle.release();
    }
  } catch {
    return undefined;
  }
}
