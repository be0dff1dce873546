import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { folder, start, untilSaid } from './start-demo.js';

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

    const twice =
      /^Task (\w{8}) once more.*: process (\d+) answers as (\d+) did, 2 outputs, the same bytes\.$/m;
    const [, task = '', again, first] = twice.exec(stdout) ?? [];
    assert.match(stdout, new RegExp(`^${task} .* ${first} +succeeded`, 'm'));
    assert.notEqual(again, first);

    const sets = [...stdout.matchAll(/^ +(\d) +(beta=\S+) .* (the same|WRONG)$/gm)];
    assert.deepEqual(
      sets.map(([, place, , answers]) => `${place} ${answers}`),
      [1, 2, 3, 4, 5, 6, 7, 8].map((place) => `${place} ${place <= 3 ? 'the same' : 'WRONG'}`),
    );
    assert.match(stdout, /The same binary .* in the one process \d+: right for the first 3/);
    assert.match(stdout, /Verify of this job fails, as it must \(exit code 4\): 16 tasks in one process/);

    assert.match(
      stdout,
      /^The shortest proof, wrong 3 of 3 times:\n(?: {2}\d\. .*\n){3} {2}4\. .* comes out wrong$/m,
    );
    assert.match(stdout, /Parameters do it: after other parameters with the same seed the task is wrong/);

    if (process.platform === 'linux' && /The model is C\+\+/.test(stdout)) {
      assert.match(stdout, /^The cause: .*table_for\(.*\)::used \(native\/seir\.cpp:\d+ in /m);
      assert.match(stdout, /^ {2}0 \(00000000\) → 3 \(03000000\), .* the answer is right: proved\.$/m);
    }

    const jobs = (await readdir(join(folder, 'here', 'results'))).sort();
    assert.equal(jobs.length, 2);
    assert.equal(jobs[1], `${jobs[0]}-warm`);
    for (const job of jobs) {
      const csv = await readFile(join(folder, 'here', 'results', job, 'index.csv'), 'utf8');
      assert.equal(csv.trim().split('\n').length, 17);
      const page = await readFile(join(folder, 'here', 'results', job, 'report.html'), 'utf8');
      assert.match(page, new RegExp(`"isProven":${job === jobs[0]}`));
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
