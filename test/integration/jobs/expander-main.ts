import { setTimeout as sleep } from 'node:timers/promises';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { createExpander } from '../../../src/jobs/expansion/create-expander.js';
import { createCancellations } from '../../../src/jobs/recording/create-cancellations.js';
import { createJobRecords } from '../../../src/jobs/recording/create-job-records.js';

// What a worker does with the queue of jobs, in a process that a test can kill at any moment.
const [connection = '', name = '', window = '', graceMs = ''] = process.argv.slice(2);
const retryOptions = { maxTries: 4, retryDelayInMs: 20, maxRetryDelayInMs: 100 };
const queues = QueueServiceClient.fromConnectionString(connection, { retryOptions });
const once = QueueServiceClient.fromConnectionString(connection, {
  retryOptions: { maxTries: 1, tryTimeoutInMs: 10_000 },
});
const jobs = BlobServiceClient.fromConnectionString(connection, { retryOptions }).getContainerClient(name);
const jobsQueue = queues.getQueueClient(`${name}-jobs`);
const expander = createExpander(
  { jobs, jobsQueue, queue: queues.getQueueClient(name), queueOnce: once.getQueueClient(name) },
  createCancellations(jobs, 100),
  createJobRecords(jobs),
  Number(window),
  {
    chunk: 40,
    bitMs: 500,
    graceMs: Number(graceMs),
    leaseSeconds: 15,
    pauseSeconds: { hungry: 0, full: 0, busy: 1, trouble: 1, poison: 1 },
  },
);
process.stdout.write('ready\n');
for (;;) {
  const { receivedMessageItems: received } = await jobsQueue
    .receiveMessages({ visibilityTimeout: 1 })
    .catch(() => ({ receivedMessageItems: [] }));
  const [message] = received;
  if (message === undefined) {
    await sleep(20);
    continue;
  }
  const { messageId, messageText, popReceipt, dequeueCount, insertedOn } = message;
  const delivery = { messageId, body: Buffer.from(messageText), dequeueCount, insertedAt: insertedOn };
  try {
    await expander.expand(delivery);
    await jobsQueue.deleteMessage(messageId, popReceipt);
  } catch {
    // It is delivered again.
  }
}
