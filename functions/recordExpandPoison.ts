import { app, type InvocationContext } from '@azure/functions';
import { currentWorker } from '../src/worker/current-worker.js';
import { deliveryOf } from '../src/worker/delivery-of.js';
import { queueTrigger } from '../src/worker/queue-trigger.js';
import type { Worker } from '../src/worker/worker.js';

/** A request to send the messages of a job that the queue has given up: kept whole, and asked again later, since the job waits for it. */
export async function recordExpandPoison(
  worker: Worker,
  body: unknown,
  invocation: InvocationContext,
): Promise<void> {
  const delivery = deliveryOf(body, invocation);
  await worker.recycler.poison(async () => {
    await worker.ready();
    const reason = await worker.expander.giveUp(delivery);
    worker.journal.failed(reason);
    invocation.warn(`refused/${delivery.messageId}: ${reason}`);
  });
}

if ('worker' in currentWorker) {
  const { worker } = currentWorker;
  app.storageQueue('recordExpandPoison', {
    ...queueTrigger(worker.config.settings, '-jobs-poison'),
    handler: (body, invocation) => recordExpandPoison(worker, body, invocation),
  });
}
