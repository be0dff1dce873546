import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { execa } from 'execa';
import { readTextBlob } from '../../src/azure-backend/read-text-blob.js';
import { modelopsIdentities } from '../../src/contracts/identities/modelops-identities.js';
import { parseDocument } from '../../src/contracts/json/parse-document.js';
import { OutcomeRecord } from '../../src/contracts/result/outcome-record.js';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { packageRoot } from '../../src/package/package-root.js';
import type { LossRow } from '../../src/results/losses/loss-row.js';
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

  it('are aggregated once though workers are killed around their last replicates', async () => {
    await withApp(azurite, many, async (app) => {
      const bundle = await app.push(fixture('has_targets'));
      const replicate_set = { replicates: 4, targets: ['targets:mean'] };
      for (const beta of [1, 2, 3])
        for (const seed of [0, 1, 2, 3]) await send(app, bundle, { params: { beta }, seed, replicate_set });
      for (const ended of [6, 12]) {
        await eventually(
          `${ended} have ended`,
          async () => (await app.outcomes('job')).length >= ended,
          120_000,
        );
        const worker = await eventually('there is a worker', async () => app.host.workerPid());
        process.kill(worker, 'SIGKILL');
      }
      await eventually('all are aggregated', async () => (await aggregations(app)).length === 3, 120_000);
      const records = await aggregations(app);
      // Whoever takes the next task removes what the killed ones left.
      await send(app, bundle, { params: { beta: 4 }, seed: 0 });
      await eventually('another task has ended', async () => (await app.outcomes('job')).length === 13);
      assert.deepEqual(
        records.map(({ outcome }) => outcome),
        ['succeeded', 'succeeded', 'succeeded'],
      );
      assert.deepEqual(records.map(({ aggregation }) => aggregation?.loss).sort(), [101.5, 201.5, 301.5]);
      await eventually('nothing is left to do', () => idle(app));
    });
  });
});

/** Of each parameter set the second replicate fails while a file is missing. */
const failsAtFirst = `import json, os

def wire(entrypoint, params, seed):
    if params["beta"] == 0.5 and seed % 2 and not os.path.exists(params["until"]):
        raise ValueError("not yet")
    return {"table": json.dumps({"infected": params["beta"] * 100 + seed % 10})}
`;

describe('a study with targets', () => {
  it('tells its losses, waits for them, has failed replicates retried and then aggregated, and proves each process', async () => {
    await withApp(azurite, many, async (app) => {
      const home = app.env.HOME ?? '';
      const [model, until] = [join(home, 'model'), join(home, 'until')];
      await mkdir(join(model, '.modelops-bundle'), { recursive: true });
      await writeFile(join(model, 'wire.py'), failsAtFirst);
      await writeFile(
        join(model, 'targets.py'),
        await readFile(join(fixture('has_targets'), 'targets.py'), 'utf8'),
      );
      await writeFile(
        join(model, '.modelops-bundle', 'registry.yaml'),
        'targets:\n  mean: {path: targets.py, entrypoint: "targets:mean"}\n  data: {path: targets.py, entrypoint: "targets:distance"}\n',
      );
      const seeded = [1, 2, 3].map((seed) => ({ params: { beta: 0.5, until }, seed }));
      const study = {
        ...{ model: 'a.b', scenario: 'c', n_replicates: 3, metadata: { region: 'north', weight: 1.5 } },
        parameter_sets: [...seeded, { beta: 0.25, until }],
      };
      const file = join(home, 'study.json');
      await writeFile(file, JSON.stringify(study));
      const cli = async (...args: string[]) => {
        const main = join(packageRoot, 'dist', 'cli', 'main.js');
        const { exitCode, stdout, stderr } = await execa(process.execPath, [main, ...args], {
          env: app.env,
          extendEnv: false,
          cwd: home,
          reject: false,
        });
        return { exitCode, stdout, stderr };
      };
      const losses = async () =>
        JSON.parse((await cli('losses', 'fit', '--json')).stdout).losses as LossRow[];

      const submitted = await cli('submit', file, '--bundle', model, '--job-id', 'fit', '--watch');
      assert.equal(submitted.exitCode, 3, submitted.stderr);
      assert.match(submitted.stderr, /targets that the bundle registers \(mean, data\); --no-targets/);
      assert.match(
        submitted.stdout,
        /Targets: 4 of 4 aggregations ended, 2 without a loss \(2 inputs-unavailable\)/,
      );
      assert.deepEqual(
        (await losses()).map(({ target, outcome, n_replicates: made }) => [target, outcome, made]),
        [
          ['targets:mean', 'inputs-unavailable', null],
          ['targets:distance', 'inputs-unavailable', null],
          ['targets:mean', 'succeeded', 3],
          ['targets:distance', 'succeeded', 3],
        ],
      );
      const shown = await cli('losses', 'fit');
      assert.equal(shown.exitCode, 3);
      assert.match(shown.stdout, /beta=0\.5 .* inputs-unavailable: Of 3 replicates 1 have succeeded/);

      await writeFile(until, '');
      const retried = await cli('retry', 'fit', '--watch');
      assert.equal(retried.exitCode, 0, retried.stderr + retried.stdout);
      const after = await losses();
      assert.deepEqual(
        after.map(({ loss }) => loss !== null),
        [true, true, true, true],
      );
      assert.equal(after[0]?.loss, 52);
      assert.equal(after[0]?.run === after[2]?.run, false, 'the others stay as they were');

      const fetched = await cli('fetch', 'fit', '--json');
      assert.equal(fetched.exitCode, 0, fetched.stderr);
      const { job, losses: table } = JSON.parse(fetched.stdout);
      const [header = '', ...rows] = (await readFile(join(home, table), 'utf8')).trimEnd().split('\r\n');
      assert.match(header, /^param_id,entrypoint,params\.beta,params\.until,target,loss,/);
      assert.equal(rows.length, 4);
      assert.deepEqual(JSON.parse(await readFile(join(home, job), 'utf8')).said.metadata, study.metadata);
      assert.equal((await cli('losses', 'fit', '--csv')).stdout.split('\r\n')[0], header);

      const verified = await cli('verify', 'fit', '--json');
      assert.equal(verified.exitCode, 0, verified.stdout);
      const { leaks, processes, aggregations: compared } = JSON.parse(verified.stdout);
      // The records of the first run that have no loss had no process.
      assert.deepEqual([leaks, compared, processes], [[], 6, 6 + 2 + 4]);
    });
  });
});
