import { type TaskInHand, under } from './task-in-hand.js';

/** The ways in which a task may have run, of which only its bundle can tell the right one. */
export function possibleRuns(hand: TaskInHand): TaskInHand[] {
  if (hand.executor !== 'cold') return [hand, under('cold', hand)];
  return hand.coldDemanded ? [hand] : [hand, under('forkserver', hand)];
}
