import type { DeliveryResult } from './delivery-result.js';
import { possibleRuns } from './possible-runs.js';
import { recordWithoutRun } from './record-without-run.js';
import { ResultDamaged } from './result-damaged.js';
import type { SimulationContext } from './simulation-context.js';
import type { TaskInvocation } from './task-invocation.js';

/**
 * Records a task as given up, unless it has a result: trouble may have come after the result was stored, and the first
 * record of a task is the one that stays.
 */
export async function giveUp(
  context: SimulationContext,
  invocation: TaskInvocation,
  reason: string,
): Promise<DeliveryResult> {
  for (const possible of possibleRuns(invocation)) {
    const stored = await context.results.find(possible.resultKey).catch((error: unknown) => {
      if (error instanceof ResultDamaged) return undefined;
      throw error;
    });
    if (stored) return recordWithoutRun(context, possible, { outcome: 'succeeded', reason: '', stored });
  }
  return recordWithoutRun(context, invocation, { outcome: 'given-up', reason });
}
