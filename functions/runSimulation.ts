import { app, type InvocationContext } from '@azure/functions';
import type { Delivery } from '../src/simulation/delivery.js';
import { type AppRequestContext, handleAppRequest } from '../src/simulation/handle-app-request.js';
import { handleDelivery } from '../src/simulation/handle-delivery.js';
import { currentWorker } from '../src/worker/current-worker.js';
import { deliveryOf } from '../src/worker/delivery-of.js';
import { keepBodiesUnread } from '../src/worker/keep-bodies-unread.js';
import { queueTrigger } from '../src/worker/queue-trigger.js';
import type { Worker } from '../src/worker/worker.js';

/** One message, one simulation, one process; or a request to build ahead or to diagnose, which is no task. Throws only for trouble outside the task: the queue then tries again. */
export async function runSimulation(
  worker: Worker,
  body: unknown,
  invocation: InvocationContext,
): Promise<void> {
  const delivery = deliveryOf(body, invocation);
  await worker.recycler.task(delivery, () =>
    worker.terminator.run(delivery, async (signal) => {
      await worker.ready();
      const answered = await handleAppRequest(requestsTo(worker, delivery, signal), delivery, signal);
      if (answered !== undefined) {
        invocation.log(answered);
        return;
      }
      const isOurs = await worker.claims.once(delivery, async () => {
        const result = await handleDelivery(worker.simulation, delivery, signal);
        await worker.note(result);
        invocation.log(`${result.subject}: ${result.outcome}${result.reason && `: ${result.reason}`}`);
      });
      if (!isOurs) invocation.log(`${delivery.messageId}: another message of the same task has run it.`);
    }),
  );
}

function requestsTo(worker: Worker, { dequeueCount }: Delivery, signal: AbortSignal): AppRequestContext {
  return {
    builds: worker.builds,
    // Most workers never diagnose, and none waits for what it takes.
    async diagnose(request) {
      const { diagnoseInWorker } = await import('../src/diagnosis/in-app/diagnose-in-worker.js');
      return diagnoseInWorker(worker, request, dequeueCount, signal);
    },
  };
}

if ('worker' in currentWorker) {
  const { worker } = currentWorker;
  app.storageQueue('runSimulation', {
    ...queueTrigger(worker.config.settings, ''),
    handler: (body, invocation) => runSimulation(worker, body, invocation),
  });
  app.hook.appStart(() => {
    keepBodiesUnread();
    return worker.start();
  });
  app.hook.appTerminate(async () => {
    await worker.terminator.terminate();
    await Promise.all([
      worker.simulation.executor.close(),
      worker.telemetry.flush(),
      worker.tellProgress(),
      worker.tables.end(),
    ]);
  });
}
