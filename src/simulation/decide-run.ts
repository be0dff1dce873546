import type { BundleMetadata } from '../contracts/bundle-metadata.js';
import { ForkRefused } from './fork-refused.js';
import { type TaskInHand, under } from './task-in-hand.js';

/** How a task runs once its bundle is known, and what its log is to say of that. Never in a weaker way than demanded. */
export function decideRun(
  hand: TaskInHand,
  { requires_fresh_process: fresh, start_method: startMethod }: BundleMetadata,
): { hand: TaskInHand; remarks: string[] } {
  if (hand.executor !== 'cold') return { hand: fresh === true ? under('cold', hand) : hand, remarks: [] };
  if (startMethod !== 'forkserver') return { hand, remarks: [] };
  if (fresh === true) return { hand, remarks: [new ForkRefused('it requires_fresh_process too').message] };
  if (hand.coldDemanded)
    return { hand, remarks: [new ForkRefused('the task demands a fresh process').message] };
  return { hand: under('forkserver', hand), remarks: [] };
}
