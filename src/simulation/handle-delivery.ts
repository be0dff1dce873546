import type { Delivery } from './delivery.js';
import { giveUp } from './give-up.js';
import type { Handled } from './handled.js';
import { Interrupted } from './interrupted.js';
import { observed } from './observed.js';
import { readMessage } from './read-message.js';
import { runTask } from './run-task.js';
import type { SimulationContext } from './simulation-context.js';
import { type TaskInHand, takeInHand } from './task-in-hand.js';

/**
 * The way of one message: parse, run unless its result exists, commit, record.
 * Returns when the message is done, whatever its outcome.
 *
 * @param signal aborted when the worker goes away.
 * @throws on trouble outside the task (storage, the process layer): the queue delivers the message again.
 */
export async function handleDelivery(
  context: SimulationContext,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<Handled> {
  return observed(context, 'tasks', delivery, async (seen) => {
    const { stopwatch } = seen;
    const read = await stopwatch.time('read', () => readMessage(delivery.body, context.records.readBody));
    if (read.ok) {
      const hand = takeInHand(context, read.message, delivery, stopwatch);
      seen.hand = hand;
      return runTask(context, hand, signal).catch((error: unknown) => lastWords(context, hand, error));
    }

    const { field, reason } = read;
    const refused = { ...delivery, why: 'invalid' as const, field, reason, receivedAt: context.now() };
    await stopwatch.time('record', () => context.records.refuse(refused));
    const subject = `refused/${delivery.messageId}`;
    return { outcome: 'invalid-task', subject, reason, cached: false, unkillable: [], odd: '' };
  });
}

/**
 * The queue gives a message up after its last delivery without knowing why. Here it is known, and recorded for whoever
 * looks at the task; the poison queue's own record comes later, and the first one stays.
 *
 * @throws the error, always
 */
async function lastWords(context: SimulationContext, hand: TaskInHand, error: unknown): Promise<never> {
  if (error instanceof Interrupted || hand.deliveries < context.maxDeliveries) throw error;
  const trouble = error instanceof Error ? error.message : String(error);
  const reason = `The last of ${context.maxDeliveries} deliveries (maxDequeueCount) ended in trouble outside the task: ${trouble} Submit it again when that is over.`;
  try {
    await giveUp(context, hand, reason);
  } catch (cause) {
    throw new AggregateError([error, cause], `${trouble} Nor could that be recorded: ${String(cause)}`, {
      cause,
    });
  }
  throw error;
}
