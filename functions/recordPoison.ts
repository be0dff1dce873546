import { app, type InvocationContext } from '@azure/functions';
import { handlePoison } from '../src/simulation/handle-poison.js';
import { currentWorker } from '../src/worker/current-worker.js';
import { deliveryOf } from '../src/worker/delivery-of.js';
import { queueTrigger } from '../src/worker/queue-trigger.js';
import type { Worker } from '../src/worker/worker.js';

/** A message that the queue has given up: kept whole, and its task recorded as given up. */
export async function recordPoison(
  worker: Worker,
  body: unknown,
  invocation: InvocationContext,
): Promise<void> {
  const delivery = deliveryOf(body, invocation);
  await worker.recycler.poison(async () => {
    await worker.ready();
    const reason = await handlePoison(worker.simulation, delivery);
    worker.journal.failed(reason);
    invocation.warn(`refused/${delivery.messageId}: ${reason}`);
  });
}

if ('worker' in currentWorker) {
  const { worker } = currentWorker;
  app.storageQueue('recordPoison', {
    ...queueTrigger(worker.config.settings, '-poison'),
    handler: (body, invocation) => recordPoison(worker, body, invocation),
  });
}
