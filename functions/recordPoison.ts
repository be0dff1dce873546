import { app, type InvocationContext } from '@azure/functions';
import { handlePoison } from '../src/simulation/handle-poison.js';
import { currentWorker } from '../src/worker/current-worker.js';
import { noteGivenUp } from '../src/worker/note-given-up.js';
import { queueTrigger } from '../src/worker/queue-trigger.js';
import type { Worker } from '../src/worker/worker.js';

/** A message that the queue has given up: kept whole, and its task recorded as given up. */
export async function recordPoison(
  worker: Worker,
  body: unknown,
  invocation: InvocationContext,
): Promise<void> {
  await noteGivenUp(worker, body, invocation, (delivery) => handlePoison(worker.simulation, delivery));
}

if ('worker' in currentWorker) {
  const { worker } = currentWorker;
  app.storageQueue('recordPoison', {
    ...queueTrigger(worker.config.settings, '-poison'),
    handler: (body, invocation) => recordPoison(worker, body, invocation),
  });
}
