import { app, type InvocationContext } from '@azure/functions';
import { currentWorker } from '../src/worker/current-worker.js';
import { deliveryOf } from '../src/worker/delivery-of.js';
import { queueTrigger } from '../src/worker/queue-trigger.js';
import type { Worker } from '../src/worker/worker.js';

/** Sends some messages of the jobs whose messages the app sends, and asks to be called again while there are more; or begins with the tables of a job that has ended. */
export async function expandJob(worker: Worker, body: unknown, invocation: InvocationContext): Promise<void> {
  const delivery = deliveryOf(body, invocation);
  await worker.recycler.poison(async () => {
    await worker.ready();
    invocation.log((await worker.tables.make(delivery)) ?? (await worker.expander.expand(delivery)));
  });
}

if ('worker' in currentWorker) {
  const { worker } = currentWorker;
  app.storageQueue('expandJob', {
    ...queueTrigger(worker.config.settings, '-jobs'),
    handler: (body, invocation) => expandJob(worker, body, invocation),
  });
}
