import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BlobServiceClient } from '@azure/storage-blob';
import { parseBlobReference } from '../../../src/azure-backend/blob-reference.js';
import { readTextBlob } from '../../../src/azure-backend/read-text-blob.js';
import { stringifyJson } from '../../../src/contracts/json/stringify-json.js';
import type { OutcomeRecord } from '../../../src/contracts/result/outcome-record.js';
import type { RunExecutor } from '../../../src/contracts/task/executor.js';
import { leakPath } from '../../../src/jobs/job-paths.js';
import { createJobRecords } from '../../../src/jobs/recording/create-job-records.js';
import { createWarmGuard } from '../../../src/jobs/recording/create-warm-guard.js';
import { startAzurite } from '../../../src/local-host/start-azurite.js';
import { createResultStore } from '../../../src/provenance/create-result-store.js';
import { readResult } from '../../../src/provenance/read-result.js';
import { handleDelivery } from '../../../src/simulation/handle-delivery.js';
import type { WarmGuard } from '../../../src/simulation/ports.js';
import { bareBundle } from '../../fixtures/bundles/bare-bundle.js';
import { bareEnvironment } from '../../fixtures/environments/bare-environment.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { deliveryConditions } from '../../fixtures/simulation/delivery-conditions.js';
import { createFixtureRunner, python } from '../runner/run-fixture.js';

const make = temporaryFolders();

async function open(t: { after(work: () => Promise<void>): void }) {
  const azurite = await startAzurite();
  t.after(() => azurite.stop());
  const runner = await createFixtureRunner();
  t.after(() => runner.close());
  const service = BlobServiceClient.fromConnectionString(azurite.connectionString);
  const [results, jobs] = [service.getContainerClient('results'), service.getContainerClient('jobs')];
  await Promise.all([results.create(), jobs.create()]);
  const environment = bareEnvironment(python);
  let deliveries = 0;

  const deliver = async (
    wire: string,
    x: number,
    guard: WarmGuard,
  ): Promise<{ record: OutcomeRecord; leak: string | undefined; answer: string | undefined }> => {
    const folder = await bundleOf(wire);
    const records = createJobRecords(jobs);
    let recorded: OutcomeRecord | undefined;
    deliveries += 1;
    const { leak } = await handleDelivery(
      {
        ...deliveryConditions(folder, runner.executor, environment),
        results: createResultStore(results),
        records: {
          ...records,
          async recordOutcome(record) {
            recorded = record;
            return records.recordOutcome(record);
          },
        },
        guard,
        defaultExecutor: 'isolated_warm',
      },
      {
        messageId: `message-${deliveries}`,
        body: Buffer.from(
          stringifyJson({
            bundle_ref: bareBundle(folder).digest,
            entrypoint: 'models.test/baseline',
            params: { values: { x } },
            seed: 1,
          }),
        ),
        dequeueCount: 1,
        insertedAt: new Date(),
      },
      new AbortController().signal,
    );
    assert.ok(recorded);
    const stored =
      recorded.result && (await readResult(results, parseBlobReference(recorded.result).blobName));
    const reference = stored ? stored.stored.outputs.x?.ref : undefined;
    const answer = reference && (await readTextBlob(results, parseBlobReference(reference).blobName));
    return { record: recorded, leak, answer };
  };
  return { deliver, jobs };
}

const folders = new Map<string, Promise<string>>();
function bundleOf(wire: string): Promise<string> {
  const known = folders.get(wire) ?? make({ 'wire.py': wire });
  folders.set(wire, known);
  return known;
}

const ranBy = ({ attestation }: OutcomeRecord): RunExecutor | undefined => attestation?.executor;

test('a reused process that answers otherwise than fresh ones is found; its answer is not stored, and the bundle runs cold on every worker from then on', async (t) => {
  const { deliver, jobs } = await open(t);
  const leaking =
    'KEPT = []\ndef wire(e, p, seed):\n    KEPT.append(p["x"])\n    return {"x": str(KEPT[0])}\n';
  const guard = createWarmGuard(jobs, 100, 0);
  const first = await deliver(leaking, 1, guard);
  assert.deepEqual([ranBy(first.record), first.leak], ['isolated_warm', undefined], 'the first is right');

  const second = await deliver(leaking, 2, guard);
  assert.match(second.leak ?? '', /leaks state from task to task: task \w+ returned "x"/);
  assert.deepEqual([ranBy(second.record), second.answer], ['cold', '2'], 'what is stored is right');
  assert.equal(second.record.cold_because, second.leak, 'the outcome says why');
  assert.equal(second.record.outcome, 'succeeded');

  const another = createWarmGuard(jobs, 0, 0);
  const third = await deliver(leaking, 3, another);
  assert.deepEqual([ranBy(third.record), third.answer, third.leak], ['cold', '3', undefined]);
  assert.equal(third.record.cold_because, second.leak);

  for await (const { name } of jobs.listBlobsFlat({ prefix: 'leaks/' })) await jobs.deleteBlob(name);
  const fourth = await deliver(leaking, 4, createWarmGuard(jobs, 0, 0));
  assert.equal(ranBy(fourth.record), 'isolated_warm', 'who removes the blob lets processes be reused again');
});

test('chance is no leak, and what reuse does not change stays warm', async (t) => {
  const { deliver, jobs } = await open(t);
  const guard = createWarmGuard(jobs, 100, 0);
  const draws = 'import os\ndef wire(e, p, seed):\n    return {"x": os.urandom(8).hex()}\n';
  const clean = 'def wire(e, p, seed):\n    return {"x": str(p["x"])}\n';
  for (const wire of [draws, clean])
    for (const x of [1, 2]) {
      const { record, leak } = await deliver(wire, x, guard);
      assert.deepEqual([ranBy(record), leak, record.cold_because], ['isolated_warm', undefined, undefined]);
    }
});

test('of a share, as many tasks as it says are checked, the same ones on every machine', async (t) => {
  const { jobs } = await open(t);
  const ids = Array.from({ length: 2000 }, (_, index) =>
    (Math.imul(index, 2654435761) >>> 0).toString(16).padStart(8, '0'),
  );
  for (const percent of [0, 1, 12.5, 100]) {
    const guard = createWarmGuard(jobs, percent);
    const share = (ids.filter((id) => guard.checks(id)).length / ids.length) * 100;
    assert.ok(Math.abs(share - percent) < 0.5, `${percent} %: ${share} %`);
  }
});

test('what a blob in leaks/ says may be anything: its name alone has its bundle run cold', async (t) => {
  t.mock.method(console, 'warn', () => undefined);
  const { jobs } = await open(t);
  const texts = new Map(
    ['no JSON', '{}', ''].map((text, index) => [`sha256:${`${index}`.repeat(64)}`, text]),
  );
  for (const [digest, text] of texts)
    await jobs.uploadBlockBlob(leakPath(digest), text, Buffer.byteLength(text));
  const guard = createWarmGuard(jobs, 1, 0);
  await guard.known();
  for (const digest of texts.keys()) assert.match(guard.reasonFor(digest) ?? '', /held to leak state/);
  assert.equal(guard.reasonFor(`sha256:${'a'.repeat(64)}`), undefined);
});

test('a leak that cannot be stored is known to its worker all the same, and stored when that goes again', async (t) => {
  const told = [
    t.mock.method(console, 'warn', () => undefined),
    t.mock.method(console, 'error', () => undefined),
  ];
  const { jobs } = await open(t);
  let isDown = true;
  const container: typeof jobs = Object.create(jobs, {
    getBlockBlobClient: {
      value: (name: string) =>
        isDown
          ? { upload: () => Promise.reject(new Error('The storage is down.')) }
          : jobs.getBlockBlobClient(name),
    },
  });
  const guard = createWarmGuard(container, 1, 0);
  const digest = `sha256:${'b'.repeat(64)}`;
  await guard.accuse(digest, 'It leaks.', '1');
  const another = createWarmGuard(jobs, 1, 0);
  for (const down of [true, false]) {
    isDown = down;
    await guard.known();
    assert.equal(guard.reasonFor(digest), 'It leaks.');
    await another.known();
    assert.equal(another.reasonFor(digest), down ? undefined : 'It leaks.');
  }
  await guard.known();
  assert.equal(guard.reasonFor(digest), 'It leaks.');
  await jobs.deleteBlob(leakPath(digest));
  await guard.known();
  assert.equal(guard.reasonFor(digest), undefined, 'who removes the blob lets processes be reused again');
  assert.deepEqual(
    told.map(({ mock }) => mock.callCount()),
    [2, 1],
  );
});
