import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { test } from 'node:test';
import { BlobServiceClient } from '@azure/storage-blob';
import { taskRequests } from '../../../src/deployment/cost/task-requests.js';
import { createJobRecords } from '../../../src/jobs/recording/create-job-records.js';
import { startAzurite } from '../../../src/local-host/start-azurite.js';
import { createResultStore } from '../../../src/provenance/create-result-store.js';
import { handleDelivery } from '../../../src/simulation/handle-delivery.js';
import { bareEnvironment } from '../../fixtures/environments/bare-environment.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { deliveryConditions } from '../../fixtures/simulation/delivery-conditions.js';
import { createFixtureRunner, python } from '../runner/run-fixture.js';

const make = temporaryFolders();

/** Requests that this process sends meanwhile, as "<method> <first segments of the path>". */
async function requestsDuring(work: () => Promise<void>): Promise<string[]> {
  const requests: string[] = [];
  const note = (message: unknown) => {
    const { request } = message as { request: ClientRequest };
    requests.push(`${request.method} ${request.path.split('/').slice(2, 4).join('/')}`);
  };
  subscribe('http.client.request.start', note);
  try {
    await work();
    return requests.sort();
  } finally {
    unsubscribe('http.client.request.start', note);
  }
}

test('a task with one small artifact takes five requests to storage, each further artifact one more', async (t) => {
  const azurite = await startAzurite();
  t.after(() => azurite.stop());
  const runner = await createFixtureRunner();
  t.after(() => runner.close());
  const folder = await make({
    'wire.py':
      'def wire(entrypoint, params, seed):\n' +
      '    return {f"output {i}": "1" * params["bytes"] for i in range(params["outputs"])}\n',
  });
  const service = BlobServiceClient.fromConnectionString(azurite.connectionString);
  const [results, jobs] = [service.getContainerClient('results'), service.getContainerClient('jobs')];
  await Promise.all([results.create(), jobs.create()]);
  const environment = bareEnvironment(python);
  const deliver = async (outputs: number, bytes = 1) => {
    const task = {
      bundle_ref: `sha256:${'0'.repeat(64)}`,
      entrypoint: 'models.test/baseline',
      params: { values: { outputs, bytes } },
      seed: 1,
    };
    const result = await handleDelivery(
      {
        ...deliveryConditions(folder, runner.executor, environment),
        results: createResultStore(results),
        records: createJobRecords(jobs),
      },
      {
        messageId: `message-${outputs}-${bytes}`,
        body: Buffer.from(JSON.stringify(task)),
        dequeueCount: 1,
        insertedAt: new Date(),
      },
      new AbortController().signal,
    );
    assert.equal(result.outcome, 'succeeded', result.reason);
  };
  const ofOne = [
    'GET results/sims',
    'PUT jobs/jobs',
    'PUT jobs/jobs',
    'PUT results/sims',
    'PUT results/sims',
  ];
  assert.deepEqual(await requestsDuring(() => deliver(1)), ofOne);
  assert.deepEqual(
    await requestsDuring(() => deliver(7)),
    [...ofOne, ...Array<string>(6).fill('PUT results/sims')].sort(),
  );
  assert.deepEqual(
    await requestsDuring(() => deliver(1)),
    ['GET results/sims', 'PUT jobs/jobs'],
    'a task whose result exists',
  );
  // The estimate of costs says the same, also of an artifact that goes in blocks.
  const mib = 2 ** 20;
  for (const [outputs, bytes] of [
    [1, 2],
    [7, 2],
    [2, 9 * mib],
  ] as const) {
    const { blobReads, blobWrites } = taskRequests(1, outputs, (outputs * bytes) / mib);
    const requests = await requestsDuring(() => deliver(outputs, bytes));
    assert.equal(requests.length, blobReads + blobWrites, `${outputs} of ${bytes} bytes`);
  }
});
