import type { Delivery } from './delivery.js';
import type { Handled } from './handled.js';
import { readMessage } from './read-message.js';
import { runTask } from './run-task.js';
import type { SimulationContext } from './simulation-context.js';
import { takeInHand } from './task-in-hand.js';

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
  const read = await readMessage(delivery.body, context.records.readBody);
  if (read.ok) return runTask(context, takeInHand(context, read.message, delivery), signal);

  const { field, reason } = read;
  await context.records.refuse({ ...delivery, why: 'invalid', field, reason, receivedAt: context.now() });
  const subject = `refused/${delivery.messageId}`;
  return { outcome: 'invalid-task', subject, reason, cached: false, unkillable: [], odd: '' };
}
