import type { Delivery } from './delivery.js';
import type { Handled } from './handled.js';
import type { TimedStage } from './stopwatch.js';
import type { TaskInHand } from './task-in-hand.js';

/** The way of one delivery through one invocation, as whoever watches is told of it once it is over. */
export interface Passage {
  /** From the queue of the tasks, or from its poison queue. */
  queue: 'tasks' | 'poison';
  delivery: Delivery;
  /** When the delivery arrived here, in milliseconds since 1970. */
  arrivedAt: number;
  tookMs: number;
  stages: readonly TimedStage[];
  /** Absent when the message is no task. */
  hand: TaskInHand | undefined;
  /** What became of it; an error when the queue is to deliver it again. */
  ended: { handled: Handled } | { error: unknown };
}
