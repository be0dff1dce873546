import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { execa } from 'execa';
import { packageRoot } from '../../src/package/package-root.js';
import { makeFolder } from '../fixtures/files/make-folder.js';
import { eventually } from './running-app.js';

const compiled = (path: string): string => join(packageRoot, 'dist', 'src', path);

// Everything that a demonstration starts has a name of this folder in its environment.
let folder = '';
beforeEach(async () => {
  folder = await makeFolder();
  for (const name of ['here', 'tmp', 'bin']) await mkdir(join(folder, name));
});
afterEach(async () => {
  const [left, running] = [await readdir(join(folder, 'tmp')), await processesOf(folder)];
  await rm(folder, { recursive: true });
  assert.deepEqual(left, [], 'temporary folders are left');
  assert.deepEqual(running, [], 'processes are left');
});

function start(args: string[], env: NodeJS.ProcessEnv = {}) {
  return execa(process.execPath, [compiled('cli/demo/main.js'), ...args], {
    cwd: join(folder, 'here'),
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: join(folder, 'tmp'), ...env },
    extendEnv: false,
    reject: false,
    all: true,
    stdin: 'ignore',
    timeout: 80_000,
  });
}

type Running = ReturnType<typeof start>;

async function untilSaid(running: Running, words: RegExp): Promise<string> {
  let said = '';
  running.all?.on('data', (data: Buffer) => {
    said += data;
  });
  let over = false;
  void running.then(() => {
    over = true;
  });
  return eventually(`it says ${words}`, async () => {
    if (words.test(said)) return said;
    if (over) throw new Error(`It ended without saying ${words}: ${said}`);
    return false;
  });
}

/** Command lines of the processes that were started with this folder in their environment (where /proc tells). */
async function processesOf(mark: string): Promise<string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const read = (pid: string, what: string) => readFile(join('/proc', pid, what), 'utf8').catch(() => '');
  const found = await Promise.all(
    pids.map(async (pid) => ((await read(pid, 'environ')).includes(mark) ? read(pid, 'cmdline') : '')),
  );
  return found.filter((commandLine) => commandLine !== '').map((text) => text.replaceAll('\0', ' '));
}

describe('npm start', () => {
  test('shows a process for each task, and one reused process that is wrong from the fourth parameter set on', async () => {
    // Settings of a shell must not reach the demonstration.
    const stray = {
      MODELOPS_EXECUTOR_TYPE: 'direct',
      MODELOPS_NO_SUCH_SETTING: '1',
      MODELOPS_QUEUE_NAME: 'elsewhere',
      AZURE_STORAGE_CONNECTION_STRING: 'elsewhere',
      AzureFunctionsJobHost__extensions__queues__newBatchThreshold: '7',
      HTTP_PROXY: 'http://127.0.0.1:9',
    };
    const { exitCode, stdout, stderr } = await start([], stray);
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /The model is (C\+\+|Python)/);
    assert.match(stderr, /16\/16/, 'progress in plain lines');
    assert.doesNotMatch(stderr, /Executing|Warning/);

    const rows = [...stdout.matchAll(/^[0-9a-f]{8} +(beta=\S+) +(\d+) +(\d+) +succeeded +(\d+\.\d)$/gm)];
    assert.equal(rows.length, 16);
    assert.equal(new Set(rows.map(([, beta]) => beta)).size, 8);
    assert.equal(new Set(rows.map(([, , seed]) => seed)).size, 16);
    assert.equal(new Set(rows.map(([, , , pid]) => pid)).size, 16, 'every task has its own process');
    assert.match(stdout, /Verified: 16 tasks ran in 16 processes, each of them fresh\./);

    const sets = [...stdout.matchAll(/^ +(\d) +(beta=\S+) .* (the same|WRONG)$/gm)];
    assert.deepEqual(
      sets.map(([, place, , answers]) => `${place} ${answers}`),
      [1, 2, 3, 4, 5, 6, 7, 8].map((place) => `${place} ${place <= 3 ? 'the same' : 'WRONG'}`),
    );
    assert.match(stdout, /The same binary .* in the one process \d+: right for the first 3/);
    assert.match(stdout, /Verify of this job fails, as it must \(exit code 4\): 16 tasks in one process/);

    const jobs = (await readdir(join(folder, 'here', 'results'))).sort();
    assert.equal(jobs.length, 2);
    assert.equal(jobs[1], `${jobs[0]}-warm`);
    for (const job of jobs) {
      const csv = await readFile(join(folder, 'here', 'results', job, 'index.csv'), 'utf8');
      assert.equal(csv.trim().split('\n').length, 17);
    }
  });

  test('ends with 130 and leaves nothing when it is interrupted in the middle', async () => {
    const running = start([]);
    await untilSaid(running, /0\/16/);
    running.kill('SIGINT');
    const { exitCode, stderr } = await running;
    assert.equal(exitCode, 130);
    assert.match(stderr, /^Interrupted\.$/m);
  });

  test('says what is missing when there is no Python', async () => {
    const { exitCode, stderr } = await start([], { PATH: join(folder, 'bin') });
    assert.equal(exitCode, 1);
    assert.match(stderr, /^Cannot find the Python python3: .* Install Python 3\.9 or newer, .*\.$/);
  });

  test('says what is missing when there are no Core Tools', async () => {
    const { exitCode, all } = await start(['--func'], { PATH: join(folder, 'bin') });
    assert.equal(exitCode, 1);
    assert.match(
      all,
      /^Cannot use Azure Functions Core Tools: there is no func on PATH.*functions-run-local/,
    );
  });

  test('explains itself, and refuses what it does not know', async () => {
    const [help, unknown] = await Promise.all([start(['--help']), start(['--fast'])]);
    assert.equal(help.exitCode, 0);
    assert.match(help.stdout, /--keep[\s\S]*--func[\s\S]*--verbose/);
    assert.equal(unknown.exitCode, 2);
    assert.match(unknown.stderr, /unknown option '--fast'[\s\S]*Usage:/);
  });
});

describe('npm run dev', () => {
  test('keeps running for tasks of another terminal until it is interrupted', async () => {
    const running = start(['--keep'], { MODELOPS_JOBS_CONTAINER: 'my-jobs' });
    const said = await untilSaid(running, /Ctrl-C stops everything/);
    const [exports, command] = /((?:^export .*\n)+)\n^(npx mops-cold .*)$/m.exec(said)?.slice(1) ?? [];
    assert.ok(exports && command, said);
    assert.match(exports, /MODELOPS_JOBS_CONTAINER='my-jobs'/);

    const [, address = ''] = /^Health: (\S+)$/m.exec(said) ?? [];
    assert.equal((await fetch(address)).status, 200);
    assert.equal((await fetch(address.replace(/code=.*/, 'code=no'))).status, 401);

    const mops = `"${process.execPath}" "${compiled('cli/main.js')}"`;
    const script = `${exports}${command.replace('npx mops-cold', mops)} --job-id mine && ${mops} verify mine`;
    const { exitCode, stdout, stderr } = await execa('sh', ['-c', script], {
      cwd: join(folder, 'here'),
      env: { PATH: process.env.PATH, HOME: folder, TMPDIR: join(folder, 'tmp') },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
    });
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /6 tasks ran in 6 processes/);

    running.kill('SIGINT');
    const ended = await running;
    assert.equal(ended.exitCode, 0);
    assert.equal(ended.all.match(/\[runSimulation\] .*: succeeded/g)?.length, 6, 'outcomes are shown');
  });

  test('on Core Tools starts func for this package, and stops it', async () => {
    const standIn = join(packageRoot, 'dist', 'test', 'e2e', 'func-stand-in.js');
    const PATH = await pathWithFunc(`exec "${process.execPath}" "${standIn}" "$@"`);
    const running = start(['--keep', '--func'], { PATH });
    const said = await untilSaid(running, /Ctrl-C stops everything/);
    const [, port] = /^Health: http:\/\/127\.0\.0\.1:(\d+)\/api\/health\/details$/m.exec(said) ?? [];
    assert.match(said, new RegExp(`func start --port ${port} in ${packageRoot} for node$`, 'm'));
    running.kill('SIGINT');
    assert.equal((await running).exitCode, 0);
  });

  test('says how func ended when it does not start', async () => {
    const PATH = await pathWithFunc('echo no extension bundle; exit 3');
    const { exitCode, stderr } = await start(['--keep', '--func'], { PATH });
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /Cannot start the app on Core Tools: func ended with exit code 3[\s\S]*no extension bundle/,
    );
  });
});

/** Puts a `func` on a PATH. @returns the PATH */
async function pathWithFunc(script: string): Promise<string> {
  await writeFile(join(folder, 'bin', 'func'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return [join(folder, 'bin'), process.env.PATH].join(delimiter);
}
