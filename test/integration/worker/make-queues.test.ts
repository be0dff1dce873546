import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  generateAccountSASQueryParameters,
  QueueServiceClient,
  StorageSharedKeyCredential,
} from '@azure/storage-queue';
import { type Azurite, startAzurite } from '../../../src/local-host/start-azurite.js';
import { makeQueues } from '../../../src/worker/make-queues.js';

let azurite: Azurite;
let owner: QueueServiceClient;
before(async () => {
  azurite = await startAzurite();
  owner = QueueServiceClient.fromConnectionString(azurite.connectionString);
});
after(() => azurite.stop());

/** Somebody who may read and take messages, and make nothing. */
function reader(): QueueServiceClient {
  const [, name = '', key = ''] =
    /AccountName=([^;]+);AccountKey=([^;]+)/.exec(azurite.connectionString) ?? [];
  const sas = generateAccountSASQueryParameters(
    {
      expiresOn: new Date(Date.now() + 3_600_000),
      permissions: AccountSASPermissions.parse('rp'),
      services: 'q',
      resourceTypes: AccountSASResourceTypes.parse('sco').toString(),
    },
    new StorageSharedKeyCredential(name, key),
  );
  return new QueueServiceClient(`${owner.url}?${sas}`);
}

test('the app makes its queues when they are missing, and leaves those that are there', async () => {
  const queues = ['tasks', 'tasks-poison'].map((name) => owner.getQueueClient(name));
  for (const _ of ['missing', 'there']) {
    assert.deepEqual(await makeQueues(queues), []);
    assert.deepEqual(await Promise.all(queues.map((queue) => queue.exists())), [true, true]);
  }
});

test('an app that may not make its queues says so of those that are missing, and goes on', async () => {
  await owner.createQueue('there');
  const queues = ['there', 'missing'].map((name) => reader().getQueueClient(name));
  const [said = '', ...more] = await makeQueues(queues);
  assert.match(
    said,
    /^Cannot make the queue missing: .*make it, or give .* Storage Queue Data Contributor\.$/,
  );
  assert.deepEqual(more, []);
});

test('an app whose storage does not answer says so, and goes on', async () => {
  const nowhere = new QueueServiceClient('http://127.0.0.1:1/account', undefined, {
    retryOptions: { maxTries: 1 },
  });
  assert.match(
    (await makeQueues([nowhere.getQueueClient('tasks')])).join(),
    /^Cannot make the queue tasks: /,
  );
});
