import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { execa } from 'execa';
import { readTextBlob } from '../../src/azure-backend/read-text-blob.js';
import { parseDocument } from '../../src/contracts/json/parse-document.js';
import type { OutcomeRecord } from '../../src/contracts/result/outcome-record.js';
import { StoredResult } from '../../src/contracts/result/stored-result.js';
import { findPython } from '../../src/environments/find-python.js';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { packageRoot } from '../../src/package/package-root.js';
import { buildStatics, type StaticsCounters } from '../fixtures/statics/build-statics.js';
import { type RunningApp, withApp } from './running-app.js';

const statics = await buildStatics((await findPython('python3')).python);
const skip = 'skip' in statics ? statics.skip : false;

const azurite = await startAzurite();
after(() => azurite.stop());
after(async () => {
  if ('folder' in statics) await rm(statics.folder, { recursive: true, force: true });
});

const mopsCold = (app: RunningApp, ...args: string[]) =>
  execa('node', [join(packageRoot, 'dist', 'cli', 'main.js'), ...args], {
    env: app.env,
    reject: false,
  });

function staticsFolder(): string {
  assert.ok('folder' in statics);
  return statics.folder;
}

/** Submits one task for each parameter set and waits for the end. */
async function runGrid(
  app: RunningApp,
  jobId: string,
  sets: number,
  { bundle = staticsFolder(), more = [] as string[] } = {},
): Promise<OutcomeRecord[]> {
  const values = Array.from({ length: sets }, (_, i) => i).join(',');
  const submitted = await mopsCold(
    app,
    'submit',
    ...['--entrypoint', 'models.statics/baseline', '--bundle', bundle, '--job-id', jobId],
    ...['--grid', `x=${values}`, '--seeds', '1', ...more],
  );
  assert.equal(submitted.exitCode, 0, submitted.stderr);
  const watched = await mopsCold(app, 'watch', jobId);
  assert.equal(watched.exitCode, 0, watched.stderr + watched.stdout);
  return app.outcomes(jobId);
}

async function countersOf(app: RunningApp, record: OutcomeRecord): Promise<StaticsCounters> {
  const within = (reference: string) => reference.replace(`azure://${app.results.containerName}/`, '');
  const result = parseDocument(
    StoredResult,
    (await readTextBlob(app.results, within(record.result ?? ''))) ?? '',
  );
  return JSON.parse((await readTextBlob(app.results, within(result.outputs.counters?.ref ?? ''))) ?? '');
}

/** How often the C++ code had been called in its process, by each of its three statics. */
const counts = (of: StaticsCounters) => [of.file_static, of.function_static, of.meyers_singleton];

describe('a compiled extension that counts its calls in statics', { skip }, () => {
  for (const sets of [8, 16]) {
    it(`is always at its first call when ${sets} parameter sets run cold, and verify finds every process used once`, async () => {
      await withApp(azurite, { AzureFunctionsJobHost__extensions__queues__batchSize: '2' }, async (app) => {
        const records = await runGrid(app, `cold-${sets}`, sets);
        assert.equal(records.length, sets);
        const counters = await Promise.all(records.map((record) => countersOf(app, record)));
        for (const of of counters) assert.deepEqual(counts(of), [1, 1, 1]);
        assert.equal(new Set(counters.map(({ pid }) => pid)).size, sets);
        assert.deepEqual(
          records.map((record) => record.attestation?.told.pid),
          counters.map(({ pid }) => pid),
          'the pid that the C++ code saw is the attested one',
        );
        const verified = await mopsCold(app, 'verify', `cold-${sets}`);
        assert.equal(verified.exitCode, 0, verified.stdout + verified.stderr);
      });
    });
  }

  it('counts on from task to task when they run isolated_warm, and verify fails with 4', async () => {
    await withApp(azurite, { MODELOPS_EXECUTOR_TYPE: 'isolated_warm' }, async (app) => {
      const records = await runGrid(app, 'warm', 8);
      const counters = await Promise.all(records.map((record) => countersOf(app, record)));
      assert.deepEqual(
        counters.map((of) => of.function_static).sort((a, b) => a - b),
        [1, 2, 3, 4, 5, 6, 7, 8],
      );
      assert.equal(new Set(counters.map(({ pid }) => pid)).size, 1);
      const verified = await mopsCold(app, 'verify', 'warm');
      assert.equal(verified.exitCode, 4, verified.stdout + verified.stderr);
    });
  });

  it('is at its first call in each forked process too, which verify does not take for one that was started anew', async (t) => {
    const bundle = await mkdtemp(join(tmpdir(), 'forked-bundle-'));
    t.after(() => rm(bundle, { recursive: true }));
    await cp(staticsFolder(), bundle, { recursive: true });
    await mkdir(join(bundle, '.modelops'));
    await writeFile(join(bundle, '.modelops', 'manifest.json'), '{"start_method": "forkserver"}');
    await withApp(azurite, {}, async (app) => {
      const ways = (records: OutcomeRecord[]) => [
        ...new Set(records.map(({ attestation: proof }) => `${proof?.executor} ${proof?.start_method}`)),
      ];
      const records = await runGrid(app, 'forked', 6, { bundle });
      assert.deepEqual(ways(records), ['forkserver forkserver']);
      for (const of of await Promise.all(records.map((record) => countersOf(app, record))))
        assert.deepEqual(counts(of), [1, 1, 1]);
      const verified = await mopsCold(app, 'verify', 'forked');
      assert.equal(verified.exitCode, 4);
      assert.match(verified.stdout, /was forked from a process that had imported the model/);

      const demanded = await runGrid(app, 'anew', 3, { bundle, more: ['--cold-mode'] });
      assert.deepEqual(ways(demanded), ['cold spawn']);
      assert.deepEqual(
        demanded.map(({ cached }) => cached),
        [false, false, false],
        'a forked result answers none that demands a fresh process',
      );
      assert.equal((await mopsCold(app, 'verify', 'anew')).exitCode, 0);
    });
  });

  it('runs cold in an app whose default is warm when the submission demands it', async () => {
    await withApp(azurite, { MODELOPS_EXECUTOR_TYPE: 'isolated_warm' }, async (app) => {
      const records = await runGrid(app, 'demanded', 4, { more: ['--cold-mode'] });
      assert.deepEqual(new Set(records.map((record) => record.attestation?.executor)), new Set(['cold']));
      assert.equal((await mopsCold(app, 'verify', 'demanded')).exitCode, 0);
    });
  });
});
