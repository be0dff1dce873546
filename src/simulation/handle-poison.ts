import type { Delivery } from './delivery.js';
import { giveUp } from './give-up.js';
import { readMessage } from './read-message.js';
import type { SimulationContext } from './simulation-context.js';
import { takeInHand } from './task-in-hand.js';

/**
 * A message that the queue has given up: stored whole, and its task recorded as given up where status looks,
 * unless the task has a result or an outcome already. May be repeated without harm.
 *
 * @returns why it was given up.
 */
export async function handlePoison(context: SimulationContext, delivery: Delivery): Promise<string> {
  const { records, maxDeliveries } = context;
  const reason = `Every delivery of the message was used up (maxDequeueCount is ${maxDeliveries}) by trouble outside the task, such as storage or the host. Submit the task again when the trouble is over.`;
  await records.refuse({ ...delivery, why: 'poison', field: '', reason, receivedAt: context.now() });

  const read = await readMessage(delivery.body, records.readBody);
  if (!read.ok) return `${reason} It could not be read: ${read.reason}`;

  await giveUp(context, takeInHand(context, read.message, delivery), reason);
  return reason;
}
