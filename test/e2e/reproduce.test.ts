import assert from 'node:assert/strict';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { execa } from 'execa';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { packageRoot } from '../../src/package/package-root.js';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';
import { eventually, fixture, type RunningApp, startApp } from './running-app.js';

const make = temporaryFolders();
const azurite = await startAzurite();
after(() => azurite.stop());

/** Answers by a file beside the model, so that it can change between two runs; it waits where it is told to. */
const model = (folder: string) => `
import os, time
def wire(entrypoint, params, seed):
    if os.path.exists(${JSON.stringify(join(folder, 'fails'))}):
        raise ValueError("asked to fail")
    if os.path.exists(${JSON.stringify(join(folder, 'waits'))}):
        open(${JSON.stringify(join(folder, 'pid'))} + str(os.getpid()), "w").close()
        time.sleep(600)
    return {"table.csv": f"day,cases\\n0,{seed}\\n1,{params['x']}\\n"}
`;

describe('reproduce', () => {
  let app: RunningApp;
  let folder: string;
  const startWith = (settings: NodeJS.ProcessEnv, ...args: string[]) =>
    execa(process.execPath, [join(packageRoot, 'dist', 'cli', 'main.js'), ...args], {
      env: { ...app.env, TMPDIR: join(folder, 'tmp'), ...settings },
      extendEnv: false,
      reject: false,
      timeout: 240_000,
    });
  const start = (...args: string[]) => startWith({}, ...args);
  /** Runs a job of these simulations through the app. */
  const ran = async (job: string, bundle: string, grid = 'x=1,2', ...more: string[]) => {
    const args = [
      '--bundle',
      bundle,
      '--entrypoint',
      'models.test/baseline',
      '--grid',
      grid,
      '--job-id',
      job,
    ];
    const { exitCode, stdout, stderr } = await start('submit', ...args, '--no-preflight', '--watch', ...more);
    assert.equal(exitCode, 0, stdout + stderr);
  };
  const reproduced = async (exitCode: number, ...args: string[]) => {
    const answer = await start('reproduce', ...args, '--json');
    assert.equal(answer.exitCode, exitCode, answer.stdout + answer.stderr);
    return { ...JSON.parse(answer.stdout), text: answer.stderr };
  };

  before(async () => {
    folder = await make();
    await mkdir(join(folder, 'tmp'));
    await mkdir(join(folder, 'model'));
    await writeFile(join(folder, 'model', 'wire.py'), model(folder));
    app = await startApp(azurite);
    await ran('model', join(folder, 'model'), 'x=1,2,3', '--replicates', '2');
  });
  after(() => app.stop());

  test('a seeded model answers the same way, here and through the app, although its results are stored', async () => {
    await ran('seeded', fixture('iterates_over_a_set'));
    const here = await reproduced(0, 'seeded', '--here');
    assert.deepEqual([here.compared, here.same, here.reproducible], [2, 2, true]);
    const inApp = await reproduced(0, 'seeded');
    assert.deepEqual([inApp.same, inApp.one_result, inApp.again_job_id], [2, 0, 'seeded-again-1']);
    const records = await app.outcomes('seeded-again-1');
    assert.ok(records.every(({ cached, attestation }) => !cached && attestation?.executor === 'cold'));
    const again = await reproduced(0, 'seeded', '--sample', '50%');
    assert.deepEqual([again.compared, again.again_job_id], [1, 'seeded-again-2']);
    assert.match(
      again.text,
      /Running 1 task of seeded again: the first 1 in the order of their ids, of 2 tasks/,
    );
  });

  for (const [name, causes] of [
    ['draws_unseeded', ['unseeded-generator']],
    ['orders_by_id', ['set-order', 'unseeded-generator']],
    ['sums_in_racing_threads', ['set-order', 'threads']],
  ] as const) {
    test(`a model that answers differently is told with the likely cause: ${name}`, async () => {
      await ran(name, fixture(name));
      for (const where of [['--here'], []]) {
        const found = await reproduced(5, name, ...where);
        assert.deepEqual([found.different.length, found.same], [2, 0]);
        assert.deepEqual(
          found.different[0].causes.map(({ cause }: { cause: string }) => cause),
          causes,
        );
      }
    });
  }

  test('another hash seed here is found as the fact that is not the same', async () => {
    const bundle = join(folder, 'random-hashes');
    await cp(fixture('iterates_over_a_set'), bundle, { recursive: true });
    await writeFile(join(bundle, 'pyproject.toml'), '[tool.modelops]\nhash_seed = "random"\n');
    await ran('random-hashes', bundle);
    const found = await reproduced(5, 'random-hashes', '--here');
    assert.equal(found.different[0].causes[0].cause, 'set-order');
    assert.deepEqual(
      found.facts.map(({ fact }: { fact: string }) => fact),
      ['hash_seed'],
    );
  });

  test('instruction sets that were masked for one of two runs are named', async (t) => {
    await ran('digits', fixture('rounds_as_the_processor'), 'x=1', '--outputs', 'digits');
    const held = await startWith({ MODELOPS_CPU_BASELINE: 'sse' }, 'reproduce', 'digits', '--here', '--json');
    if (held.exitCode === 0) return t.skip('needs glibc on a processor with fused multiplication');
    assert.equal(held.exitCode, 5, held.stderr);
    const { facts, different } = JSON.parse(held.stdout);
    assert.deepEqual(
      facts.map(({ fact, values }: { fact: string; values: string[] }) => [fact, ...values]),
      [['cpu_baseline.name', 'native', 'sse']],
    );
    assert.equal(different[0].causes[0].cause, 'processor');
  });

  test('tasks are named by the beginnings of their ids', async () => {
    const [one, other] = (await app.outcomes('model')).map(({ task_id: id }) => id);
    const found = await reproduced(0, 'model', '--here', '--tasks', `${one?.slice(0, 20)}, ${other}`);
    assert.equal(found.compared, 2);
    for (const [args, exitCode, why] of [
      [['--tasks', 'xyz'], 2, /Cannot choose the task xyz: none of the job begins so/],
      [['--tasks', ''], 2, /names a task that is empty/],
      [['--sample', '0%'], 2, /It must be a share above 0 %/],
      [['--sample', '5%', '--tasks', 'a'], 2, /Cannot use --sample with --tasks/],
      [['--tasks-at-once', '2'], 2, /Cannot use --tasks-at-once without --here/],
      [['--run', 'none'], 1, /Cannot find the run none/],
    ] as const) {
      const { exitCode: was, stderr } = await start('reproduce', 'model', ...args);
      assert.equal(was, exitCode, stderr);
      assert.match(stderr, why);
    }
    const unknown = await start('reproduce', 'nowhere');
    assert.equal(unknown.exitCode, 1);
    assert.match(unknown.stderr, /Cannot find the job nowhere/);
  });

  test('a job that is not finished, and one that nobody wrote down, cannot be reproduced', async () => {
    const waits = join(folder, 'waits');
    await writeFile(waits, '');
    const args = ['--bundle', join(folder, 'model'), '--entrypoint', 'models.test/baseline'];
    await start('submit', ...args, '--grid', 'x=7', '--job-id', 'unfinished', '--no-preflight');
    const { exitCode, stderr } = await start('reproduce', 'unfinished', '--here');
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /Cannot reproduce the job unfinished: it is not finished, 1 of 1 task has no outcome yet/,
    );
    const direct = await start('reproduce', 'direct');
    assert.equal(direct.exitCode, 1);
    assert.match(direct.stderr, /Cannot reproduce the job direct: nobody wrote down its tasks/);
    const pid = await eventually('the task runs', () => pidIn(folder));
    await rm(waits);
    process.kill(pid);
    await forgetPids(folder);
  });

  test('a task that fails the second time is a difference', async () => {
    await writeFile(join(folder, 'fails'), '');
    try {
      for (const where of [['--here'], []]) {
        const found = await reproduced(5, 'model', '--sample', '2', ...where);
        assert.deepEqual([found.compared, found.same, found.different.length], [2, 0, 2]);
        assert.equal(found.different[0].ended.outcome, 'simulation-failed');
        assert.match(found.text, /^2 tasks: simulation-failed \(ValueError\) the second time$/m);
      }
    } finally {
      await rm(join(folder, 'fails'));
    }
  });

  test('Ctrl-C ends what runs here, and nothing is left', async () => {
    const waits = join(folder, 'waits');
    await writeFile(waits, '');
    try {
      const running = start('reproduce', 'model', '--here', '--tasks-at-once', '1');
      const pid = await eventually('a task runs', () => pidIn(folder));
      running.kill('SIGINT');
      const { exitCode, stderr } = await running;
      assert.equal(exitCode, 130, stderr);
      await eventually('its process is gone', async () => !isRunning(pid));
      const left = await readdir(join(folder, 'tmp'));
      assert.deepEqual(
        left.filter((name) => name.startsWith('mops-cold-compare-')),
        [],
      );
    } finally {
      await rm(waits);
      await forgetPids(folder);
    }
  });
});

async function pidIn(folder: string): Promise<number | undefined> {
  const [name] = (await readdir(folder)).filter((entry) => /^pid\d+$/.test(entry));
  return name === undefined ? undefined : Number(name.slice('pid'.length));
}

async function forgetPids(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (/^pid\d+$/.test(name)) await rm(join(folder, name));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
