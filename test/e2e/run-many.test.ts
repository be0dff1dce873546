import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { execa } from 'execa';
import { packageRoot } from '../../src/package/package-root.js';
import { eventually } from './running-app.js';
import { folder, start, untilSaid } from './start-demo.js';

/** `mops-cold run` in a folder with a model, which waits for a file `go` where a parameter says so. */
async function folderWithModel(): Promise<void> {
  await mkdir(join(folder, 'here', 'model'));
  const path = (name: string) => JSON.stringify(join(folder, name));
  await writeFile(
    join(folder, 'here', 'model', 'wire.py'),
    `import os, time
def wire(entrypoint, params, seed):
    if params.get("waits"):
        os.makedirs(${path('begun')}, exist_ok=True)
        while not os.path.exists(${path('go')}):
            time.sleep(0.02)
    if params.get("lacks") and not os.path.exists(${path('found')}):
        raise FileNotFoundError("what it needs")
    return {"answer": f"{params} {seed}"}
`,
  );
}

function run(...args: string[]) {
  const temporary = join(folder, 'bin'); // where mops-cold keeps bundles between commands
  return execa(process.execPath, [join(packageRoot, 'dist', 'cli', 'main.js'), 'run', ...args], {
    cwd: join(folder, 'here'),
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: temporary, HTTP_PROXY: 'http://127.0.0.1:9' },
    extendEnv: false,
    reject: false,
    all: true,
    stdin: 'ignore',
    timeout: 180_000,
  });
}

const grid = (...axes: string[]) => [
  ...['--bundle', 'model', '--entrypoint', 'a.b/c', '--tasks-at-once', '2'],
  ...axes.flatMap((axis) => ['--grid', axis]),
];

/** How each task of the one job here ended, by its index. */
async function outcomes(): Promise<string[]> {
  const [job = '', ...others] = await readdir(join(folder, 'here', 'results'));
  assert.deepEqual(others, [], 'there is one job');
  const text = await readFile(join(folder, 'here', 'results', job, 'index.json'), 'utf8');
  return JSON.parse(text).tasks.map(({ outcome }: { outcome: string }) => outcome);
}

describe('mops-cold run with many tasks', () => {
  test('runs a study here from its file to its results, with nothing else running, and proves it', async () => {
    await folderWithModel();
    await writeFile(
      join(folder, 'here', 'my study.json'),
      JSON.stringify({
        model: 'a.b',
        scenario: 'c',
        parameter_sets: [{ params: { x: 1 } }, { params: { x: 2 } }],
        n_replicates: 3,
      }),
    );
    const { exitCode, stdout, stderr } = await run('my study.json', '--bundle', 'model', '--json');
    assert.equal(exitCode, 0, stderr);
    const { tasks, succeeded, results, verified } = JSON.parse(stdout);
    assert.deepEqual([tasks, succeeded, verified.processes], [6, 6, 6]);
    assert.match(results.folder, /^results\/my-study-[0-9a-f]{8}$/);
    assert.match(stderr, /Running \d at once \(--tasks-at-once\), with storage in .*\.mops-cold/);
    const index = await readFile(join(folder, 'here', results.index.csv), 'utf8');
    assert.equal(index.trim().split('\n').length, 7);
    const [task] = JSON.parse(await readFile(join(folder, 'here', results.index.json), 'utf8')).tasks;
    const files = await readdir(join(folder, 'here', results.folder, task.task_id));
    assert.ok(
      files.some((name) => /^answer\b/.test(name)),
      files.join(),
    );
  });

  for (const [how, end] of [
    ['interrupted', 'SIGINT'],
    ['killed', 'SIGKILL'],
  ] as const) {
    test(`goes on with the same command when it was ${how}`, async () => {
      await folderWithModel();
      const command = grid('waits=false,true', 'n=1,2,3');
      const first = run(...command);
      await eventually('a task has begun', async () => existsSync(join(folder, 'begun')));
      first.kill(end);
      const ended = await first;
      if (end === 'SIGINT') {
        assert.equal(ended.exitCode, 130, ended.all);
        assert.match(
          ended.stderr,
          /^Interrupted\. What has ended is kept in .*; the same command goes on with the rest\.$/m,
        );
        assert.doesNotMatch(ended.all, /error/i);
      }
      await writeFile(join(folder, 'go'), '');
      const second = await run(...command);
      assert.equal(second.exitCode, 0, second.all);
      assert.match(second.stdout, /^Job (\S+): 6 tasks; [1-5] have ended, the others go on\.$/m);
      assert.match(second.stdout, /6 tasks ran in 6 processes/);
      assert.deepEqual(await outcomes(), Array(6).fill('succeeded'));
    });
  }

  test('exits with 3 when tasks fail; the same command runs those again, and no others', async () => {
    await folderWithModel();
    const command = grid('lacks=true,false');
    const first = await run(...command);
    assert.equal(first.exitCode, 3, first.all);
    assert.deepEqual((await outcomes()).sort(), ['simulation-failed', 'succeeded']);
    await writeFile(join(folder, 'found'), '');
    const second = await run(...command);
    assert.equal(second.exitCode, 0, second.all);
    assert.match(second.stdout, /2 tasks; the 1 that failed run again/);
    assert.match(second.stdout, /1 from an earlier run/);
    assert.deepEqual(await outcomes(), ['succeeded', 'succeeded']);
    const third = await run(...command);
    assert.equal(third.exitCode, 0, third.all);
    assert.match(third.stdout, /2 tasks; all have ended/);
  });

  test('calls a time limit that cannot be by the option that set it', async () => {
    await folderWithModel();
    for (const [seconds, why] of [
      ['0.5', /--timeout is "0\.5": must be a whole number/],
      ['9999999', /--timeout is 9999999 and functionTimeout \d+ s: the task's limit must be below it/],
    ] as const) {
      const { exitCode, stderr } = await run(...grid('n=1'), '--timeout', seconds);
      assert.equal(exitCode, 1);
      assert.match(stderr, why);
      assert.doesNotMatch(stderr, /MODELOPS_/);
    }
  });

  test('names the option that set a time limit wherever it is told of one', async () => {
    await folderWithModel();
    const command = [...grid('waits=true'), '--timeout', '1'];
    const tried = await run(...command, '--try');
    assert.equal(tried.exitCode, 1, tried.all);
    assert.match(tried.stderr, /its time limit is 1 s \(the task's own timeout_seconds, or --timeout\)/);
    const ran = await run(...command);
    assert.equal(ran.exitCode, 3, ran.all);
    const [job = ''] = await readdir(join(folder, 'here', 'results'));
    const results = join(folder, 'here', 'results', job);
    const text = await readFile(join(results, 'index.json'), 'utf8');
    const [{ reason, task_id }] = JSON.parse(text).tasks;
    assert.match(reason, /its time limit is 1 s \(the task's own timeout_seconds, or --timeout\)/);
    assert.equal(JSON.parse(await readFile(join(results, task_id, 'outcome.json'), 'utf8')).reason, reason);
  });

  test('says who has its storage when something else does', async () => {
    await folderWithModel();
    const dev = start(['--keep', '--storage', 'kept']);
    await untilSaid(dev, /Ctrl-C stops everything/);
    const { exitCode, stderr } = await run(...grid('x=1'), '--storage', 'kept');
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      new RegExp(`^Cannot keep storage in .*kept: process ${dev.pid} does so already\\.`, 'm'),
    );
    dev.kill('SIGINT');
    assert.equal((await dev).exitCode, 0);
  });

  test('does not take the results of another job of the same name for its own', async () => {
    await folderWithModel();
    await writeFile(join(folder, 'go'), '');
    const first = await run(...grid('n=1'), '--job-id', 'one');
    assert.equal(first.exitCode, 0, first.all);
    const second = await run(...grid('n=1,2'), '--job-id', 'one');
    assert.equal(second.exitCode, 2, 'another job of that name');
    assert.match(second.stderr, /^Cannot use the job id one: there is a job of this name with other tasks/m);
  });
});
