import { createTaskInvocation } from './create-task-invocation.js';
import type { Delivery } from './delivery.js';
import { giveUp } from './give-up.js';
import { observe } from './observe.js';
import { readMessage } from './read-message.js';
import type { SimulationContext } from './simulation-context.js';

/**
 * A message that the queue has given up: stored whole, and its task recorded as given up where status looks,
 * unless the task has a result or an outcome already. May be repeated without harm.
 *
 * @returns why it was given up.
 */
export async function handlePoison(context: SimulationContext, delivery: Delivery): Promise<string> {
  const { records, maxDeliveries } = context;
  const givenUp = `Every delivery of the message was used up (maxDequeueCount is ${maxDeliveries}) by trouble outside the task, such as storage or the host. Submit the task again when the trouble is over.`;
  let reason = givenUp;
  await observe(context, 'poison', delivery, async (observed) => {
    const { stopwatch } = observed;
    const refused = {
      ...delivery,
      why: 'poison' as const,
      field: '',
      reason: givenUp,
      receivedAt: context.now(),
    };
    await stopwatch.time('record', () => records.refuse(refused));
    const read = await stopwatch.time('read', () => readMessage(delivery.body, records.readBody));
    if (!read.ok) {
      reason = `${givenUp} It could not be read: ${read.reason}`;
      const subject = `refused/${delivery.messageId}`;
      return { outcome: 'given-up', subject, reason, cached: false, unkillable: [] };
    }
    observed.invocation = createTaskInvocation(context, read.message, delivery, stopwatch);
    return giveUp(context, observed.invocation, givenUp);
  });
  return reason;
}
