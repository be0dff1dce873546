import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueueServiceClient } from '@azure/storage-queue';
import { startAzurite } from '../../../src/local-host/start-azurite.js';
import { createOwnMessages } from '../../../src/recycling/own-messages.js';
import { Interrupted } from '../../../src/simulation/interrupted.js';
import type { JobRecords } from '../../../src/simulation/ports.js';
import { createTerminator } from '../../../src/worker/create-terminator.js';
import { someObservation } from '../../fixtures/telemetry/some-observation.js';

test('a worker that is taken away gives its messages back, and never makes two of one', async (t) => {
  const azurite = await startAzurite();
  t.after(() => azurite.stop());
  const queue = QueueServiceClient.fromConnectionString(azurite.connectionString).getQueueClient('tasks');
  await queue.create();
  const { invocation } = someObservation();
  assert.ok(invocation);
  const interrupted: string[] = [];
  const records = {
    recordInterruption: async (_of: unknown, taskId: string) => void interrupted.push(taskId),
  } as unknown as JobRecords;

  for (const [renewed, visible] of [
    [false, 1],
    [true, 0],
  ] as const) {
    await queue.clearMessages();
    await queue.sendMessage('{}');
    const { receivedMessageItems } = await queue.receiveMessages({ visibilityTimeout: 600 });
    const [message] = receivedMessageItems;
    assert.ok(message);
    const { messageId, popReceipt } = message;
    // As the host does every five minutes, without a word to the worker.
    if (renewed) await queue.updateMessage(messageId, popReceipt, undefined, 600);
    const terminator = createTerminator(createOwnMessages(queue), records);
    void terminator.run(
      { messageId, popReceipt, dequeueCount: 1 },
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new Interrupted(invocation)));
        }),
    );
    await terminator.terminate();
    const { peekedMessageItems } = await queue.peekMessages({ numberOfMessages: 32 });
    assert.equal(peekedMessageItems.length, visible);
    assert.equal((await queue.getProperties()).approximateMessagesCount, 1);
  }
  assert.deepEqual(interrupted, [invocation.taskId, invocation.taskId]);
});
