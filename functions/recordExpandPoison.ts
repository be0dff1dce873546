import { app, type InvocationContext } from '@azure/functions';
import { currentWorker } from '../src/worker/current-worker.js';
import { noteGivenUp } from '../src/worker/note-given-up.js';
import { queueTrigger } from '../src/worker/queue-trigger.js';
import type { Worker } from '../src/worker/worker.js';

/** A request to send the messages of a job that the queue has given up: kept whole, and asked again later, since the job waits for it; of a request for tables it is written down that there are none. */
export async function recordExpandPoison(
  worker: Worker,
  body: unknown,
  invocation: InvocationContext,
): Promise<void> {
  await noteGivenUp(
    worker,
    body,
    invocation,
    async (delivery) => (await worker.tables.giveUp(delivery)) ?? worker.expander.giveUp(delivery),
  );
}

if ('worker' in currentWorker) {
  const { worker } = currentWorker;
  app.storageQueue('recordExpandPoison', {
    ...queueTrigger(worker.config.settings, '-jobs-poison'),
    handler: (body, invocation) => recordExpandPoison(worker, body, invocation),
  });
}
