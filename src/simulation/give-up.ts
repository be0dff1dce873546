import type { Handled } from './handled.js';
import { recordWithoutRun } from './record-without-run.js';
import type { SimulationContext } from './simulation-context.js';
import { asCold, type TaskInHand } from './task-in-hand.js';

/**
 * Records a task as given up, unless it has a result: trouble may have come after the result was stored, and the first
 * record of a task is the one that stays.
 */
export async function giveUp(context: SimulationContext, hand: TaskInHand, reason: string): Promise<Handled> {
  // Where its bundle demands it, a task runs cold in a warm app too.
  const cold = asCold(hand);
  for (const inHand of hand.resultKey === cold.resultKey ? [hand] : [hand, cold]) {
    const stored = await context.results.find(inHand.resultKey);
    if (stored) return recordWithoutRun(context, inHand, { outcome: 'succeeded', reason: '', stored });
  }
  return recordWithoutRun(context, hand, { outcome: 'given-up', reason });
}
