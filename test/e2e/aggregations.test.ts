import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readTextBlob } from '../../src/azure-backend/read-text-blob.js';
import { modelopsIdentities } from '../../src/contracts/identities/modelops-identities.js';
import { parseDocument } from '../../src/contracts/json/parse-document.js';
import { OutcomeRecord } from '../../src/contracts/result/outcome-record.js';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { blobNames, eventually, fixture, type RunningApp, withApp } from './running-app.js';

const azurite = await startAzurite();
after(() => azurite.stop());

const many = { AzureFunctionsJobHost__extensions__queues__batchSize: '4' };

/** Sends a task of a parameter set that is compared with targets. */
function send(
  app: RunningApp,
  bundle: string,
  { params, seed, ...more }: { params: object; seed: number; [field: string]: unknown },
) {
  const task = { bundle_ref: bundle, entrypoint: 'a.b/c', params: { values: params }, seed };
  return app.queue.sendMessage(JSON.stringify({ job_id: 'job', run: 'r1', ...task, ...more }));
}

async function aggregations(app: RunningApp, run = ''): Promise<OutcomeRecord[]> {
  const names = (await blobNames(app.jobs, `jobs/job/runs/${run}`)).filter((name) =>
    name.includes('/aggregations/'),
  );
  const texts = await Promise.all(names.map((name) => readTextBlob(app.jobs, name)));
  return texts.map((text) => parseDocument(OutcomeRecord, text ?? ''));
}

const idle = async ({ queue }: RunningApp) => {
  const { approximateMessagesCount } = await queue.getProperties();
  return approximateMessagesCount === 0;
};

describe('parameter sets that are compared with targets', () => {
  it('are aggregated once for each set and target, whatever is delivered twice, each in a process of its own', async () => {
    await withApp(azurite, many, async (app) => {
      const bundle = await app.push(fixture('has_targets'));
      const set = { replicates: 10, targets: ['targets:mean', 'targets:distance'] };
      const betas = [0.1, 0.2, 0.3, 0.4, 0.5];
      const tasks = betas.flatMap((beta) =>
        Array.from({ length: 10 }, (_, seed) => ({ params: { beta }, seed, replicate_set: set })),
      );
      for (const task of [...tasks, ...tasks.filter(({ seed }) => seed % 3 === 0)])
        await send(app, bundle, task);
      await eventually('all are aggregated', async () => (await aggregations(app)).length === 10, 240_000);
      await eventually('nothing is left to do', () => idle(app));

      const records = await aggregations(app);
      assert.equal(records.length, 10);
      const outcomes = await app.outcomes('job');
      assert.equal(outcomes.length, 50, 'aggregations are no tasks');
      for (const beta of betas) {
        const of = records.filter(({ params }) => Number(params.beta) === beta);
        assert.deepEqual(of.map(({ aggregation }) => aggregation?.target).sort(), set.targets.toSorted());
        const mean = of.find(({ aggregation }) => aggregation?.target === 'targets:mean');
        assert.equal(mean?.outcome, 'succeeded', mean?.reason);
        assert.ok(Math.abs((mean.aggregation?.loss ?? 0) - (beta * 100 + 4.5)) < 1e-9);
        assert.equal(mean.aggregation?.n_replicates, 10);
        const ids = outcomes
          .filter(({ params }) => Number(params.beta) === beta)
          .map(({ task_id }) => task_id);
        assert.equal(
          mean.aggregation?.aggregation_id,
          modelopsIdentities.aggregationTaskId('targets:mean', ids),
        );
        assert.match(
          (await readTextBlob(app.jobs, mean.logs_ref?.split('/').slice(3).join('/') ?? '')) ?? '',
          /Target/,
        );
      }
      const processes = [...records, ...outcomes].map(({ attestation }) => attestation?.nonce);
      assert.equal(new Set(processes).size, 60, 'no process twice');
      assert.deepEqual(await app.refused(), []);
    });
  });

  it('fail where a replicate failed, or go on with enough of them, and say why a loss is none', async () => {
    await withApp(azurite, many, async (app) => {
      const bundle = await app.push(fixture('has_targets'));
      const replicates = 3;
      const replicate_set = { replicates, targets: ['targets:mean'] };
      const sets = [
        { beta: 1, fails: true, replicate_set },
        { beta: 2, fails: true, replicate_set: { ...replicate_set, min_replicates: 2 } },
        { beta: 3, fails: false, replicate_set: { replicates, targets: ['targets:not_a_number'] } },
        { beta: 4, fails: false, replicate_set: { replicates, targets: ['nowhere:f'] } },
      ];
      const folder = join(app.env.HOME ?? '', 'model');
      await mkdir(folder);
      for (const name of ['wire.py', 'targets.py']) {
        const text = await readFile(join(fixture('has_targets'), name), 'utf8');
        await writeFile(
          join(folder, name),
          text.replace('if params.get("fails")', 'if params["fails"] and seed == 1'),
        );
      }
      const own = await app.push(folder);
      assert.notEqual(own, bundle);
      for (const { beta, fails, replicate_set } of sets)
        for (const seed of [0, 1, 2]) await send(app, own, { params: { beta, fails }, seed, replicate_set });
      await eventually('all are aggregated', async () => (await aggregations(app)).length === 4, 120_000);
      const by = new Map((await aggregations(app)).map((record) => [Number(record.params.beta), record]));
      assert.equal(by.get(1)?.outcome, 'inputs-unavailable');
      assert.match(
        by.get(1)?.reason ?? '',
        /^Of 3 replicates 2 have succeeded, and all of them are needed .*1 simulation-failed \([0-9a-f]{32}\)/,
      );
      assert.equal(by.get(2)?.aggregation?.n_replicates, 2, by.get(2)?.reason);
      assert.equal(by.get(3)?.outcome, 'invalid-result');
      assert.match(by.get(3)?.reason ?? '', /The loss is nan: it must be a finite number/);
      assert.equal(by.get(4)?.outcome, 'environment-failed');
      assert.match(by.get(4)?.reason ?? '', /The target cannot be imported: No module named 'nowhere'/);
    });
  });

  it('are aggregated by a message of its own, as any client sends it, and malformed ones are refused', async () => {
    await withApp(azurite, many, async (app) => {
      const bundle = await app.push(fixture('has_targets'));
      for (const seed of [1, 2]) await send(app, bundle, { params: { beta: 0.5 }, seed });
      const outcomes = await eventually('both ended', async () => {
        const ended = await app.outcomes('job');
        return ended.length === 2 && ended;
      });
      const inputs = outcomes.map(({ result_key: key }) => key);
      const aggregate = {
        target: 'targets:distance',
        bundle_ref: bundle,
        inputs,
        job_id: 'job',
        run: 'mine',
      };
      const ask = (changes: object) =>
        app.queue.sendMessage(JSON.stringify({ aggregate: { ...aggregate, ...changes } }));
      await ask({});
      await ask({ run: 'again', inputs: inputs.toReversed() });
      await ask({ run: 'data', target_data: { infected: 51.5 } });
      await ask({ run: 'none', inputs: ['0'.repeat(32)] });
      await ask({ inputs: [] });
      await eventually('all have ended', async () => (await aggregations(app)).length === 4);
      await eventually('one is refused', async () => (await app.refused()).length === 1);
      const of = async (run: string) => (await aggregations(app, run))[0];
      const [mine, again, data, none] = await Promise.all(['mine', 'again', 'data', 'none'].map(of));
      assert.equal(mine?.aggregation?.loss, (21 ** 2 + 22 ** 2) / 2, mine?.reason);
      assert.equal(again?.result, mine?.result, 'made once');
      assert.deepEqual([mine?.cached, again?.cached].sort(), [false, true]);
      assert.equal(data?.aggregation?.loss, 0.25);
      assert.equal(none?.outcome, 'inputs-unavailable');
      assert.match(none?.reason ?? '', /1 are not stored: 0{32}/);
      const [refused] = await app.refused();
      assert.equal(refused?.field, 'aggregate.inputs');
      assert.match(refused?.reason ?? '', /is empty/);
    });
  });
});
