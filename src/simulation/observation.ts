import type { Delivery } from './delivery.js';
import type { DeliveryResult } from './delivery-result.js';
import type { TimedStage } from './stopwatch.js';
import type { TaskInvocation } from './task-invocation.js';

/** What whoever watches is told of one delivery, once its invocation is over. */
export interface Observation {
  /** From the queue of the tasks, or from its poison queue. */
  queue: 'tasks' | 'poison';
  delivery: Delivery;
  /** When the delivery arrived here, in milliseconds since 1970. */
  arrivedAt: number;
  tookMs: number;
  stages: readonly TimedStage[];
  /** Absent when the message is no task. */
  invocation: TaskInvocation | undefined;
  /** What became of it; an error when the queue is to deliver it again. */
  ended: { result: DeliveryResult } | { error: unknown };
}
