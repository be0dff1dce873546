import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { execa } from 'execa';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { packageRoot } from '../../src/package/package-root.js';
import { eventually, fixture, type RunningApp, withApp } from './running-app.js';

const azurite = await startAzurite();
after(() => azurite.stop());

async function daemonsOf(word: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const said = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return said.filter((command) => command.includes(word));
}

async function cli({ env }: RunningApp, ...args: string[]) {
  const main = join(packageRoot, 'dist', 'cli', 'main.js');
  const { exitCode, stdout, stderr } = await execa(process.execPath, [main, ...args, '--json'], {
    env,
    extendEnv: false,
    cwd: env.HOME ?? '',
    reject: false,
  });
  return { exitCode, stderr, said: JSON.parse(stdout) };
}

describe('cancelling a job', { skip: process.platform !== 'linux' && 'needs /proc' }, () => {
  it('ends what runs, on every instance, keeps what waits from starting, and a retry takes it all up again', async () => {
    const settings = { AzureFunctionsJobHost__extensions__queues__batchSize: '2' };
    await withApp(azurite, settings, async (app) => {
      await app.startHost();
      const until = join(app.env.HOME ?? '', 'until');
      const bundle = await app.push(fixture('leaves_daemon_and_waits'));
      const word = `daemon-of-${app.queue.name}`;
      const job = ['--job-id', 'unwanted', '--bundle', bundle, '--entrypoint', 'a.b/c', '--no-preflight'];
      const grid = ['--grid', `word=${word}`, '--grid', `until=${until}`, '--replicates', '12'];
      const submitted = await cli(app, 'submit', ...job, ...grid);
      assert.equal(submitted.exitCode, 0, submitted.stderr);
      await eventually('some run', async () => (await daemonsOf(word)).length >= 2);

      const cancelled = await cli(app, 'cancel', 'unwanted');
      assert.deepEqual([cancelled.exitCode, cancelled.said.tasks], [0, 12], cancelled.stderr);
      const status = async () => (await cli(app, 'status', 'unwanted')).said;
      await eventually('all are cancelled', async () => (await status()).outcomes.cancelled === 12);
      assert.deepEqual(await daemonsOf(word), []);
      assert.equal(existsSync(until), false);
      const records = await app.outcomes('unwanted');
      for (const { reason } of records) assert.match(reason, /^The task was cancelled by .+ at 20\S+Z\.$/);
      assert.ok(
        records.some(({ attestation }) => attestation !== undefined),
        'some had begun',
      );
      assert.ok(
        records.some(({ attestation }) => attestation === undefined),
        'some had not',
      );
      assert.equal((await cli(app, 'cancel', 'unwanted')).said.tasks, 0);

      await writeFile(until, '');
      const retried = await cli(app, 'retry', 'unwanted');
      assert.equal(retried.said.tasks, 12, retried.stderr);
      await eventually('all have succeeded', async () => (await status()).succeeded === 12);
      assert.equal((await status()).state, 'succeeded');
    });
  });
});

/** Of the tasks with `x` 1, or with any `x`, two raise; the others wait until they are ended, but for those with another `x`, which return. */
const failsTwice = `import os, time

def wire(entrypoint, params, seed):
    if params["x"] == 1 or params["all"]:
        for n in (1, 2):
            try:
                os.close(os.open(f"{params['place']}-{n}", os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                continue
            raise ValueError("one too many")
        time.sleep(600)
    return {"seed": str(seed).encode()}
`;

describe('a run that stops after too many failures', () => {
  for (const [option, all, expected] of [
    ['--stop-set-after-failures', false, { 'simulation-failed': 2, cancelled: 3, succeeded: 5 }],
    ['--stop-after-failures', true, { 'simulation-failed': 2, cancelled: 8 }],
  ] as const)
    it(`cancels what is left of ${all ? 'all parameter sets' : 'the parameter set'} (${option})`, async () => {
      const settings = { AzureFunctionsJobHost__extensions__queues__batchSize: '2' };
      await withApp(azurite, settings, async (app) => {
        const home = app.env.HOME ?? '';
        await mkdir(join(home, 'model'));
        await writeFile(join(home, 'model', 'wire.py'), failsTwice);
        const bundle = await app.push(join(home, 'model'));
        const job = ['--job-id', 'failing', '--bundle', bundle, '--entrypoint', 'a.b/c', '--no-preflight'];
        const grid = ['--grid', 'x=1,2', '--grid', `all=${all}`, '--grid', `place=${join(home, 'failed')}`];
        const share = all ? '20%' : '40%';
        const submitted = await cli(app, 'submit', ...job, ...grid, '--replicates', '5', option, share);
        assert.equal(submitted.exitCode, 0, submitted.stderr);

        const status = async () => (await cli(app, 'status', 'failing')).said;
        await eventually('all have ended', async () => (await status()).pending === 0, 120_000);
        const { outcomes } = await status();
        assert.deepEqual(
          Object.fromEntries(Object.entries(outcomes).filter(([, count]) => count !== 0)),
          expected,
        );
        const why = all
          ? /^The task was cancelled because 2 tasks of its run had failed \(stop_after_failures\)\.$/
          : /^The task was cancelled because 2 tasks of its parameter set had failed \(stop_set_after_failures\)\.$/;
        for (const { outcome, reason, params } of await app.outcomes('failing')) {
          if (outcome !== 'succeeded' && !all) assert.equal(Number(params.x), 1);
          if (outcome === 'cancelled') assert.match(reason, why);
        }
      });
    });
});
