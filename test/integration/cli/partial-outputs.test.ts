import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { resultsMark } from '../../../src/contracts/result/results-mark.js';
import type { Pretended } from './pretend-report.js';
import { workOff } from './pretend-worker.js';
import { type CliStand, startStand } from './stand.js';

let stand: CliStand;
before(async () => {
  stand = await startStand();
});
after(() => stand.stop());

const failed: Pretended = {
  outcome: 'invalid-result',
  reason: 'one output is bad',
  error: { errorType: 'InvalidResult', message: 'one output is bad', traceback: '' },
  partial: { 'a/b': 'half', log: 'done' },
};

test('what a failed task still wrote is stored beside its log, and fetched into partial/', async () => {
  await submit();
  await workOff(stand, () => failed);
  const fetched = await json(3, 'fetch', 'failing', '--to', 'out');
  assert.deepEqual([fetched.failed, fetched.artifacts], [1, { fetched: 2, present: 0 }]);
  const folder = join(stand.folder, 'out', 'failing');
  const [row] = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')).tasks;
  assert.deepEqual(row.artifacts, {});
  assert.equal(await readFile(join(folder, row.partial['a/b']), 'utf8'), 'half');
  assert.deepEqual((await readdir(join(folder, row.task_id, 'partial'))).sort(), ['a%2Fb', 'log']);

  const { attempt, partial, logs_ref } = JSON.parse(
    await readFile(join(folder, row.task_id, 'outcome.json'), 'utf8'),
  );
  const run = `jobs/failing/runs/${row.run}`;
  assert.ok(logs_ref.endsWith(`/${run}/logs/${row.task_id}/${attempt}.log`));
  assert.ok(partial['a/b'].ref.endsWith(`/${run}/partial/${row.task_id}/${attempt}/a%2Fb`));
  assert.equal(partial.log.size, 4);
  assert.deepEqual((await json(3, 'fetch', 'failing', '--to', 'out')).artifacts, { fetched: 0, present: 2 });
});

test('a task that succeeds later has its result in the folder, and nothing partial; one that is called so is an output', async () => {
  await submit();
  await workOff(stand, () => ({ outputs: { partial: 'the whole' } }));
  const fetched = await json(0, 'fetch', 'failing', '--to', 'out');
  assert.equal(fetched.succeeded, 1);
  const [row] = JSON.parse(
    await readFile(fetched.index.json.replace(/^out/, join(stand.folder, 'out')), 'utf8'),
  ).tasks;
  assert.deepEqual(row.partial, {});
  const folder = join(stand.folder, 'out', 'failing', row.task_id);
  assert.equal(await readFile(join(folder, 'partial'), 'utf8'), 'the whole');
  assert.deepEqual((await readdir(folder)).sort(), ['log.txt', 'partial', 'result.json']);
});

test('a task that is run here keeps what it still wrote in partial/', async () => {
  await mkdir(join(stand.folder, 'model'));
  const wire = 'def wire(entrypoint, params, seed):\n    return {"good": "kept", "bad": object()}\n';
  await writeFile(join(stand.folder, 'model', 'wire.py'), wire);
  const run = ['run', '--bundle', 'model', '--entrypoint', 'models.sir/baseline', '--to', 'here', '--json'];
  const { exitCode, stdout } = await stand.cli(...run);
  assert.equal(exitCode, 3);
  const ran = JSON.parse(stdout);
  assert.deepEqual([ran.outcome, ran.artifacts], ['invalid-result', {}]);
  assert.equal(ran.partial.good.file, join('partial', 'good'));
  const folder = join(stand.folder, ran.folder);
  assert.equal(await readFile(join(folder, 'partial', 'good'), 'utf8'), 'kept');
  assert.deepEqual((await readdir(folder)).sort(), [resultsMark, 'log.txt', 'outcome.json', 'partial']);
});

async function submit(): Promise<void> {
  const grid = [
    '--entrypoint',
    'models.sir/baseline',
    '--bundle',
    `sha256:${'b'.repeat(64)}`,
    '--grid',
    'x=1',
  ];
  const { exitCode, stderr } = await stand.cli('submit', ...grid, '--no-preflight', '--job-id', 'failing');
  assert.equal(exitCode, 0, stderr);
}

// biome-ignore lint/suspicious/noExplicitAny: documents of several commands, looked at field by field
async function json(expected: number, ...args: string[]): Promise<any> {
  const { exitCode, stdout, stderr } = await stand.cli(...args, '--json');
  assert.equal(exitCode, expected, stderr);
  return JSON.parse(stdout);
}
