import type { Handled } from './handled.js';
import { possibleRuns } from './possible-runs.js';
import { recordWithoutRun } from './record-without-run.js';
import { ResultDamaged } from './result-damaged.js';
import type { SimulationContext } from './simulation-context.js';
import type { TaskInHand } from './task-in-hand.js';

/**
 * Records a task as given up, unless it has a result: trouble may have come after the result was stored, and the first
 * record of a task is the one that stays.
 */
export async function giveUp(context: SimulationContext, hand: TaskInHand, reason: string): Promise<Handled> {
  for (const inHand of possibleRuns(hand)) {
    const stored = await context.results.find(inHand.resultKey).catch((error: unknown) => {
      if (error instanceof ResultDamaged) return undefined;
      throw error;
    });
    if (stored) return recordWithoutRun(context, inHand, { outcome: 'succeeded', reason: '', stored });
  }
  return recordWithoutRun(context, hand, { outcome: 'given-up', reason });
}
