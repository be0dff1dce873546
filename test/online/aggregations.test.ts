import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { readTextBlob } from '../../src/azure-backend/read-text-blob.js';
import { modelopsIdentities } from '../../src/contracts/identities/modelops-identities.js';
import { parseDocument } from '../../src/contracts/json/parse-document.js';
import { OutcomeRecord } from '../../src/contracts/result/outcome-record.js';
import { forEachConcurrently } from '../../src/jobs/for-each-concurrently.js';
import { aggregationsPrefix, outcomesPrefix } from '../../src/jobs/job-paths.js';
import { createJobRecords } from '../../src/jobs/recording/create-job-records.js';
import { createReplicateSets } from '../../src/jobs/recording/create-replicate-sets.js';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { packageRoot } from '../../src/package/package-root.js';
import { createResultStore } from '../../src/provenance/create-result-store.js';
import { handleDelivery } from '../../src/simulation/handle-delivery.js';
import type { Executor } from '../../src/simulation/ports.js';
import { bareBundle } from '../fixtures/bundles/bare-bundle.js';
import { bareEnvironment } from '../fixtures/environments/bare-environment.js';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';
import { pretendReport } from '../integration/cli/pretend-report.js';
import { createFixtureRunner, python } from '../integration/runner/run-fixture.js';

const make = temporaryFolders();
const azurite = await startAzurite();
after(() => azurite.stop());
const runner = await createFixtureRunner();
after(() => runner.close());

const run = { jobId: 'job', run: 'r1' };
const [replicates, betas, targets] = [200, [0.1, 0.2, 0.3, 0.4, 0.5], ['targets:mean', 'targets:distance']];

// A minute of two cores: it is here and not among the tests of every day, where a tenth of it is done with real Python.
// Of the replicates only the process is pretended: what is delivered, recorded and sent for them is real, and so are the aggregations as a whole.
test('200 replicates of each of 5 parameter sets are aggregated once for each target, whatever is delivered twice', async () => {
  const [blobs, queues] = [BlobServiceClient, QueueServiceClient].map((service) =>
    service.fromConnectionString(azurite.connectionString),
  ) as [BlobServiceClient, QueueServiceClient];
  const [jobs, results] = [blobs.getContainerClient('jobs'), blobs.getContainerClient('results')];
  const queue = queues.getQueueClient('tasks');
  await Promise.all([jobs.create(), results.create(), queue.create()]);
  const folder = await make({});
  const bundle = bareBundle(join(packageRoot, 'test', 'fixtures', 'simulations', 'has_targets'));
  const environment = bareEnvironment(python);
  const aggregated: string[] = [];
  const executor: Executor = {
    ...runner.executor,
    run(request, signal) {
      if (request.aggregate) {
        aggregated.push(`${request.aggregate.target} ${request.task.params.values.beta}`);
        return runner.executor.run(request, signal);
      }
      const infected = Number(request.task.params.values.beta) * 100 + (Number(request.task.seed) % 10);
      return pretendReport(request, folder, { outputs: { table: JSON.stringify({ infected }) } });
    },
  };
  /** As an instance has it: nothing of what others know. */
  const instance = () => ({
    bundles: { ensureLocal: async () => ({ ...bundle, release: async () => undefined }) },
    environments: { base: async () => environment, forBundle: async () => environment },
    executor,
    results: createResultStore(results),
    records: createJobRecords(jobs),
    sets: createReplicateSets(jobs, queue),
    ...({ defaultExecutor: 'cold', timeoutMs: 60_000, memoryLimitBytes: 2 ** 30 } as const),
    ...{ threads: 1, maxDeliveries: 5, now: () => new Date(), observe: () => undefined },
  });
  const { signal } = new AbortController();

  const messages = betas.flatMap((beta) =>
    Array.from({ length: replicates }, (_, seed) => ({
      ...{ job_id: run.jobId, run: run.run, bundle_ref: bundle.digest, entrypoint: 'a.b/c', seed },
      ...{ params: { values: { beta } }, replicate_set: { replicates, targets } },
    })),
  );
  // Sent twice: a third of them, and each set's last ones, which end it.
  const twice = messages.filter(({ seed }) => seed % 3 === 0 || seed > replicates - 5);
  await forEachConcurrently([...messages, ...twice], 16, signal, async (message) => {
    await queue.sendMessage(JSON.stringify(message));
  });

  const instances = [instance(), instance(), instance()];
  let [taken, busy] = [0, 0];
  const workOff = async (context: (typeof instances)[number], other: (typeof instances)[number]) => {
    for (;;) {
      const { receivedMessageItems: received } = await queue.receiveMessages({
        numberOfMessages: 4,
        visibilityTimeout: 600,
      });
      // Whoever is busy may send another one.
      if (received.length === 0 && busy === 0) return;
      busy += 1;
      for (const { messageId, messageText, dequeueCount, insertedOn, popReceipt } of received) {
        const delivery = { messageId, body: Buffer.from(messageText), dequeueCount, insertedAt: insertedOn };
        taken += 1;
        // Delivered twice: one in ten, to two instances at the same time.
        const both = taken % 10 === 0 ? [context, other] : [context];
        await Promise.all(both.map((each) => handleDelivery(each, delivery, signal)));
        await queue.deleteMessage(messageId, popReceipt);
      }
      busy -= 1;
    }
  };
  await Promise.all(
    instances.map((each, at) => workOff(each, instances[(at + 1) % instances.length] ?? each)),
  );

  const recordsBelow = async (prefix: string) => {
    const records: OutcomeRecord[] = [];
    await forEachConcurrently(jobs.listBlobsFlat({ prefix }), 16, signal, async ({ name }) => {
      records.push(parseDocument(OutcomeRecord, (await readTextBlob(jobs, name)) ?? ''));
    });
    return records;
  };
  const outcomes = await recordsBelow(outcomesPrefix(run));
  assert.equal(outcomes.length, betas.length * replicates);
  const aggregations = await recordsBelow(aggregationsPrefix(run));
  assert.equal(aggregations.length, betas.length * targets.length);
  for (const beta of betas) {
    const ids = outcomes.filter(({ params }) => Number(params.beta) === beta).map(({ task_id: id }) => id);
    for (const target of targets) {
      const [one, ...others] = aggregations.filter(
        ({ params, aggregation }) => Number(params.beta) === beta && aggregation?.target === target,
      );
      assert.deepEqual([one?.outcome, others.length], ['succeeded', 0], one?.reason);
      assert.equal(one?.aggregation?.n_replicates, replicates);
      assert.equal(one?.aggregation?.aggregation_id, modelopsIdentities.aggregationTaskId(target, ids));
      if (target === 'targets:mean')
        assert.ok(Math.abs((one?.aggregation?.loss ?? 0) - (beta * 100 + 4.5)) < 1e-9);
    }
  }
  assert.ok(aggregated.length >= betas.length * targets.length);
  const nonces = new Set(aggregations.map(({ attestation }) => attestation?.nonce));
  assert.equal(nonces.size, betas.length * targets.length, 'each in a process of its own');
});
