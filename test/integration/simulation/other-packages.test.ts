import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BlobServiceClient } from '@azure/storage-blob';
import { parseBlobReference } from '../../../src/azure-backend/blob-reference.js';
import { readTextBlob } from '../../../src/azure-backend/read-text-blob.js';
import type { OutcomeRecord } from '../../../src/contracts/result/outcome-record.js';
import { createJobRecords } from '../../../src/jobs/recording/create-job-records.js';
import { startAzurite } from '../../../src/local-host/start-azurite.js';
import { createResultStore } from '../../../src/provenance/create-result-store.js';
import { readResult } from '../../../src/provenance/read-result.js';
import { resultPath } from '../../../src/provenance/result-paths.js';
import { handleDelivery } from '../../../src/simulation/handle-delivery.js';
import { bareEnvironment } from '../../fixtures/environments/bare-environment.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { deliveryConditions } from '../../fixtures/simulation/delivery-conditions.js';
import { createFixtureRunner, python } from '../runner/run-fixture.js';

const make = temporaryFolders();

/** Each run of the simulation returns something else, so that two answers are equal only when one was stored. */
const wire =
  'import uuid\n\ndef wire(entrypoint, params, seed):\n    return {"answer": str(uuid.uuid4()).encode()}\n';

async function open(t: { after(work: () => Promise<void>): void }) {
  const azurite = await startAzurite();
  t.after(() => azurite.stop());
  const runner = await createFixtureRunner();
  t.after(() => runner.close());
  const folder = await make({ 'wire.py': wire });
  const service = BlobServiceClient.fromConnectionString(azurite.connectionString);
  const [results, jobs] = [service.getContainerClient('results'), service.getContainerClient('jobs')];
  await Promise.all([results.create(), jobs.create()]);
  let deliveries = 0;

  /** @param installed stands for the digest of what is installed; one that is not told is an app of before */
  const deliver = async (
    { build = '3.11.7 (main)', installed }: { build?: string; installed: string },
    { run = `run-${deliveries}`, ...message }: { run?: string; seed?: number; no_cache?: true } = {},
  ) => {
    const environment = {
      ...bareEnvironment(python),
      facts: async () => ({ build, distributions: `sha256:${installed}` }),
    };
    deliveries += 1;
    const records = createJobRecords(jobs);
    let recorded: OutcomeRecord | undefined;
    const body = {
      bundle_ref: `sha256:${'0'.repeat(64)}`,
      entrypoint: 'models.test/baseline',
      params: { values: { x: 1 } },
      seed: 1,
      job_id: 'job',
      run,
      ...message,
    };
    await handleDelivery(
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
      },
      {
        messageId: `message-${deliveries}`,
        body: Buffer.from(JSON.stringify(body)),
        dequeueCount: 1,
        insertedAt: new Date(),
      },
      new AbortController().signal,
    );
    assert.equal(recorded?.outcome, 'succeeded', recorded?.reason);
    const { blobName } = parseBlobReference(recorded?.result ?? '');
    const found = await readResult(results, blobName);
    const answer = found?.stored.outputs.answer?.ref ?? '';
    const text = await readTextBlob(results, parseBlobReference(answer).blobName);
    assert.ok(text, 'its artifact is there');
    return { cached: recorded.cached, path: blobName, key: recorded.result_key, text };
  };
  return { results, deliver };
}

test('a result made with other packages never answers a task, and stays', async (t) => {
  const { results, deliver } = await open(t);
  const first = await deliver({ installed: 'a' });
  assert.deepEqual([first.cached, first.path], [false, resultPath(first.key)]);
  assert.deepEqual(await deliver({ installed: 'a' }), { ...first, cached: true });
  assert.deepEqual(
    await deliver({ installed: 'a', build: '3.11.7 (main, another compiler)' }),
    { ...first, cached: true },
    'the attestation tells builds apart',
  );

  const upgraded = await deliver({ installed: 'b' });
  const newer = await deliver({ installed: 'a', build: '3.12.1 (main)' });
  for (const other of [upgraded, newer]) {
    assert.equal(other.cached, false);
    assert.equal(other.key, first.key);
  }
  assert.equal(new Set([first, upgraded, newer].map(({ text }) => text)).size, 3);
  assert.equal(new Set([first, upgraded, newer].map(({ path }) => path)).size, 3);
  assert.deepEqual(await deliver({ installed: 'b' }), { ...upgraded, cached: true });
  assert.deepEqual(await deliver({ installed: 'a', build: '3.12.1 (main)' }), { ...newer, cached: true });
  assert.deepEqual(await deliver({ installed: 'a' }), { ...first, cached: true }, 'as it was before');
  assert.ok(await readResult(results, first.path));
});

test('a result of before packages were told can be read and answers nobody', async (t) => {
  const { results, deliver } = await open(t);
  const first = await deliver({ installed: 'a' });
  const blob = results.getBlockBlobClient(first.path);
  const old = JSON.parse((await blob.downloadToBuffer()).toString());
  delete old.attestation.environment;
  const text = JSON.stringify(old);
  await blob.upload(text, Buffer.byteLength(text));

  const again = await deliver({ installed: 'a' });
  assert.equal(again.cached, false);
  assert.notEqual(again.text, first.text);
  assert.deepEqual(await deliver({ installed: 'a' }), { ...again, cached: true });
  assert.deepEqual((await readResult(results, first.path))?.stored.attestation.environment, undefined);
});

test('a task that must run does so once in its run, and what it made answers no other', async (t) => {
  const { deliver } = await open(t);
  const first = await deliver({ installed: 'a' });
  const uncached = await deliver({ installed: 'a' }, { no_cache: true, run: 'again' });
  assert.equal(uncached.cached, false);
  assert.notEqual(uncached.text, first.text);
  assert.deepEqual(
    await deliver({ installed: 'a' }, { no_cache: true, run: 'again' }),
    { ...uncached, cached: true },
    'its message was delivered twice',
  );
  assert.deepEqual(await deliver({ installed: 'a' }), { ...first, cached: true });

  const alone = await deliver({ installed: 'a' }, { no_cache: true, seed: 2 });
  const ordinary = await deliver({ installed: 'a' }, { seed: 2 });
  assert.equal(ordinary.cached, false);
  assert.notEqual(ordinary.text, alone.text);
});

test('of workers that run one task at once, one result stands for each of their environments', async (t) => {
  const { results, deliver } = await open(t);
  const installed = ['a', 'a', 'b', 'b'];
  const made = await Promise.all(installed.map((digest) => deliver({ installed: digest })));
  const answers = await Promise.all(['a', 'b'].map((digest) => deliver({ installed: digest })));
  assert.deepEqual(
    answers.map(({ cached }) => cached),
    [true, true],
  );
  made.forEach(({ text }, at) => {
    assert.equal(
      text,
      answers[installed[at] === 'a' ? 0 : 1]?.text,
      'its outcome names the result that stands',
    );
  });
  const attempts = new Set<string>();
  for await (const { name } of results.listBlobsFlat()) {
    const attempt = /\/attempts\/([^/]+)\//.exec(name)?.[1];
    if (attempt) attempts.add(attempt);
  }
  assert.equal(attempts.size, 2, 'the artifacts of the others are removed');
});
