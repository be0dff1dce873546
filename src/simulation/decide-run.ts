import type { BundleMetadata } from '../contracts/bundle/bundle-metadata.js';
import { ForkRefused } from './fork-refused.js';
import { type TaskInHand, under } from './task-in-hand.js';
import { whyNotForked } from './why-not-forked.js';

/** How a task runs once its bundle is known, and what its log is to say of that. Never in a weaker way than demanded. */
export function decideRun(
  hand: TaskInHand,
  metadata: BundleMetadata,
): { hand: TaskInHand; remarks: string[] } {
  if (hand.executor !== 'cold') {
    return { hand: metadata.requires_fresh_process === true ? under('cold', hand) : hand, remarks: [] };
  }
  if (metadata.start_method !== 'forkserver') return { hand, remarks: [] };
  const why = whyNotForked(metadata, hand.coldDemanded);
  return why === undefined
    ? { hand: under('forkserver', hand), remarks: [] }
    : { hand, remarks: [new ForkRefused(why).message] };
}
