import { createCancellations } from '../../../src/jobs/recording/create-cancellations.js';
import { createJobRecords } from '../../../src/jobs/recording/create-job-records.js';
import { createResultStore } from '../../../src/provenance/create-result-store.js';
import { handleDelivery } from '../../../src/simulation/handle-delivery.js';
import type { Executor, RunRequest } from '../../../src/simulation/ports.js';
import { bareEnvironment } from '../../fixtures/environments/bare-environment.js';
import { deliveryConditions } from '../../fixtures/simulation/delivery-conditions.js';
import { type Pretended, pretendReport } from './pretend-report.js';
import type { CliStand } from './stand.js';

const python = bareEnvironment();

/**
 * Works off what is in the queue now, through the real use case and the real records; only the process that would run the
 * simulation is pretended. Returns how many messages it took.
 */
export async function workOff(
  { storage, folder }: CliStand,
  pretend: (request: RunRequest) => Pretended = () => ({}),
  most = Number.POSITIVE_INFINITY,
): Promise<number> {
  const executor: Executor = {
    run: async (request) => pretendReport(request, folder, pretend(request)),
    close: async () => undefined,
    abandon: () => undefined,
  };
  let taken = 0;
  while (taken < most) {
    const { receivedMessageItems } = await storage.queue.receiveMessages({ numberOfMessages: 1 });
    const [message] = receivedMessageItems;
    if (!message) break;
    await handleDelivery(
      {
        ...deliveryConditions(folder, executor, python),
        results: createResultStore(storage.results),
        records: createJobRecords(storage.jobs),
        cancellations: createCancellations(storage.jobs),
      },
      {
        messageId: message.messageId,
        body: Buffer.from(message.messageText, 'utf8'),
        dequeueCount: message.dequeueCount,
        insertedAt: message.insertedOn,
      },
      new AbortController().signal,
    );
    await storage.queue.deleteMessage(message.messageId, message.popReceipt);
    taken += 1;
  }
  return taken;
}
