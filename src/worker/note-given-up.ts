import type { Delivery } from '../simulation/delivery.js';
import { deliveryOf } from './delivery-of.js';
import type { Worker } from './worker.js';

type Invocation = Parameters<typeof deliveryOf>[1] & { warn(text: string): void };

/**
 * What a function does with a message that the queue has given up.
 *
 * @param record keeps it, and tells why it was given up
 */
export async function noteGivenUp(
  worker: Worker,
  body: unknown,
  invocation: Invocation,
  record: (delivery: Delivery) => Promise<string>,
): Promise<void> {
  const delivery = deliveryOf(body, invocation);
  await worker.recycler.poison(async () => {
    await worker.ready();
    const reason = await record(delivery);
    worker.journal.failed(reason);
    invocation.warn(`refused/${delivery.messageId}: ${reason}`);
  });
}
