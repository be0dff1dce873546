import type { TaskMessage } from '../contracts/message/task-message.js';
import type { RunExecutor } from '../contracts/task/executor.js';
import { resultKey } from '../contracts/task/result-key.js';
import { taskId } from '../contracts/task/task-id.js';
import type { Delivery } from './delivery.js';
import { newAttempt } from './new-attempt.js';
import type { RunOfJob } from './ports.js';
import type { SimulationContext } from './simulation-context.js';
import type { Stopwatch } from './stopwatch.js';

/** A task on its way through one invocation, with the names under which everything about it is kept. */
export interface TaskInHand {
  task: TaskMessage;
  taskId: string;
  resultKey: string;
  executor: RunExecutor;
  /** Whether the message itself demands a fresh process, whatever the app or its bundle would do. */
  coldDemanded: boolean;
  of: RunOfJob;
  attempt: string;
  /** Deliveries used up so far, this one and those of earlier copies of the message included. */
  deliveries: number;
  /** Runs since the delivery arrived. */
  stopwatch: Stopwatch;
  /** Milliseconds between the message's insertion and its arrival here. */
  queuedMs: number;
}

export function takeInHand(
  context: SimulationContext,
  message: TaskMessage,
  delivery: Delivery,
  stopwatch: Stopwatch,
): TaskInHand {
  // A check says something of a fresh process.
  const coldDemanded = message.check !== undefined || message.executor === 'cold';
  const executor = coldDemanded ? 'cold' : (message.executor ?? context.defaultExecutor);
  return {
    task: message,
    taskId: taskId(message),
    resultKey: resultKey(message, executor),
    executor,
    coldDemanded,
    of: placeOf(message, delivery.messageId),
    attempt: newAttempt(),
    deliveries: (message.attempt ?? 0) + delivery.dequeueCount,
    stopwatch,
    queuedMs: delivery.insertedAt
      ? Math.max(0, context.now().getTime() - stopwatch.elapsedMs() - delivery.insertedAt.getTime())
      : 0,
  };
}

/** The same task on its way through another kind of process. */
export function under(executor: RunExecutor, hand: TaskInHand): TaskInHand {
  return executor === hand.executor ? hand : { ...hand, executor, resultKey: resultKey(hand.task, executor) };
}

/** A message without a job belongs to the job `direct`; one without a run is a run of its own, so that it can be sent again. */
function placeOf(message: TaskMessage, messageId: string): RunOfJob {
  return { jobId: message.job_id ?? 'direct', run: message.run ?? messageId };
}
