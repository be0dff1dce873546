import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { Client, Float, SimulationFailed } from '../../src/client/index.js';
import { type Azurite, startAzurite } from '../../src/local-host/start-azurite.js';
import { packageRoot } from '../../src/package/package-root.js';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';
import { fixture, type RunningApp, startApp } from './running-app.js';

const temporaryFolder = temporaryFolders();

describe('the TypeScript client, over a running app', () => {
  let azurite: Azurite;
  let app: RunningApp;
  let client: Client;
  const entrypoint = 'tables.made/loss';
  const bundle = fixture('returns_tables');

  before(async () => {
    azurite = await startAzurite();
    app = await startApp(azurite);
    client = await Client.fromEnv(app.env);
  });
  after(async () => {
    await app?.stop();
    await azurite?.stop();
  });

  it('does what its page shows', async () => {
    const page = await readFile(join(packageRoot, 'src', 'client', 'README.md'), 'utf8');
    const [python = '', program = ''] = ['python', 'js'].map(
      (language) => new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '',
    );
    const folder = await temporaryFolder({ 'model/wire.py': python });
    writeFileSync(join(folder, 'program.mjs'), program);
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(packageRoot, join(folder, 'node_modules', 'modelops-cold-functions'));
    const ran = await execa(process.execPath, ['program.mjs'], {
      ...{ cwd: folder, env: app.env, extendEnv: false, reject: false, all: true, timeout: 120_000 },
    });
    assert.equal(ran.exitCode, 0, ran.all);
    assert.match(
      ran.stdout,
      /^4 of 4 tasks have ended\.\n0\.2 succeeded\n0\.2 succeeded\n1\.3 simulation-failed/m,
    );
    assert.match(ran.stdout, /^0\.2 \d+n \[ \{ value: 2[01] \} \]$/m);
    assert.match(ran.stdout, /an epidemic without end[\s\S]*\nbeta is 1\.3\n/);
    assert.match(ran.stdout, /\n2[01]\n4[01]$/);
  });

  it('names tasks as the other clients do, and tells a whole number from a float', async () => {
    const job = await client.submit(bundle, entrypoint, [{ x: 1, y: new Float(2) }], { seeds: [7] });
    assert.equal((await job.ended()).succeeded, 1);
    const row = (await all(job.results())).at(0);
    assert.deepEqual([row?.parameters, row?.seed, row?.outcome], [{ x: 1, y: 2 }, 7n, 'succeeded']);
    const [record] = await app.outcomes(job.id);
    assert.equal(String(record?.params.x), '1');
    assert.equal(String(record?.params.y), '2.0');
    const task = await job.task({ x: 1, seed: 7 });
    assert.equal((await task.output('loss')).json(), 16);
    assert.match((await task.log()) ?? '', /x is 1/);
    await assert.rejects(task.output('incidence'), /There is no output "incidence": .* has loss/);
    const tables = await job.tables(await temporaryFolder());
    assert.deepEqual(
      tables.tables.map(({ output, rows }) => [output, rows]),
      [
        [null, 1],
        ['loss', 1],
      ],
    );
    const other = await client.submit(bundle, entrypoint, [{ params: { x: 1, y: new Float(2) }, seed: 7 }]);
    assert.equal((await other.ended()).cached, 1);
    assert.equal((await client.job()).id, other.id);
  });

  it('tells failures, retries them, and cancels what has not ended', async () => {
    const sets = [{ how: 'raises' }];
    const job = await client.submit(bundle, 'tables.made/wanting', sets, { seeds: [1, 2] });
    assert.equal((await job.ended()).failed, 2);
    const [failure] = await job.failures();
    assert.ok(failure?.error instanceof SimulationFailed);
    assert.match(failure.error.message, /simulation-failed: .*no epidemic[\s\S]*Traceback/);
    await assert.rejects(failure.output('clash'), SimulationFailed);
    await assert.rejects(all(job.output('clash')), /none of its tasks has succeeded/);
    assert.equal(await job.retry({ where: { seed: 2 } }), 1);
    assert.equal((await job.ended()).failed, 2);
    assert.equal((await job.runs()).length, 2);

    const long = await client.submit(bundle, entrypoint, [{ x: 0, y: 0, sleep: 300 }], { replicates: 3 });
    assert.equal(await long.cancel(), 3);
    assert.deepEqual((await long.ended()).outcomes, { cancelled: 3 });
  });

  it('refuses what cannot be meant before anything is written', async () => {
    const none = client.submit(bundle, entrypoint, []);
    await assert.rejects(none, { name: 'UsageError', message: /there is no task/ });
    for (const [set, said] of [
      [{ x: Number.NaN }, /x: it is NaN/],
      [{ x: 2 ** 60 }, /x: \d+ is beyond/],
      [{ seed: 1 }, /"seed" as a parameter/],
      [{ params: {}, seed: -1 }, /the seed -1/],
      [{ params: {}, seed: 0.5 }, /the seed 0.5/],
    ] as const)
      await assert.rejects(client.submit(bundle, entrypoint, [set]), { name: 'UsageError', message: said });
    await assert.rejects(client.submit(bundle, 'a.b', [{}]), { name: 'UsageError', message: /entrypoint/ });
    await assert.rejects(client.submit(bundle, entrypoint, [{}], { env: { HOME: '/' } }), {
      name: 'UsageError',
    });
    await assert.rejects(client.submit(bundle, entrypoint, [{}], { jobId: 'direct' }), {
      name: 'UsageError',
    });
    await assert.rejects(Client.fromEnv({}), /no storage is set/);
  });
});

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}
