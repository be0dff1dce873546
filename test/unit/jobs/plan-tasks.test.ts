import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LosslessNumber } from 'lossless-json';
import { replicateSeed } from '../../../src/contracts/identities/replicate-seed.js';
import { formatMessage } from '../../../src/contracts/message/format-message.js';
import { parseMessage } from '../../../src/contracts/message/parse-message.js';
import { plainResultKey } from '../../../src/contracts/task/result-key.js';
import { gridTasks } from '../../../src/jobs/submission/grid-tasks.js';
import { parseSeeds } from '../../../src/jobs/submission/parse-seeds.js';
import { planTasks } from '../../../src/jobs/submission/plan-tasks.js';
import { fitsTheQueue, queueText } from '../../../src/jobs/submission/queue-text.js';
import { UsageError } from '../../../src/reporting/usage-error.js';

const bundleRef = `sha256:${'a'.repeat(64)}`;
const grid = { entrypoint: 'models.sir/baseline', bundleRef, axes: ['x=1,2'], seeds: '1', replicates: 1 };

test('a grid has a task for each parameter set and seed', () => {
  const tasks = gridTasks({ ...grid, axes: ['x=1,1.0', 'y=a,b'], seeds: '1..2,18446744073709551615' });
  assert.equal(tasks.length, 12);
  assert.deepEqual(tasks[2]?.params.values, { x: new LosslessNumber('1'), y: 'a' });
  assert.equal(tasks[2]?.seed, 18446744073709551615n);
  assert.equal(new Set(tasks.map(({ params }) => params.param_id)).size, 4);
});

test('replicates have the seeds that a study derives', () => {
  const [first, second] = gridTasks({ ...grid, axes: ['x=1'], seeds: undefined, replicates: 2 });
  assert.equal(first?.seed, replicateSeed(first?.params.param_id ?? '', 0));
  assert.equal(second?.seed, replicateSeed(second?.params.param_id ?? '', 1));
});

for (const seeds of ['', 'a', '1..', '3..1', '18446744073709551616', '0..99999999', '-1', '1.5']) {
  test(`seeds "${seeds}" are refused`, () => assert.throws(() => parseSeeds(seeds), UsageError));
}

test('a wrong entrypoint is refused in a sentence', () => {
  assert.throws(() => gridTasks({ ...grid, entrypoint: 'nothing' }), /Cannot use the entrypoint/);
});

test('identical tasks are planned once, and counted', () => {
  const tasks = gridTasks(grid);
  const { lines, repeated } = planTasks([...tasks, ...tasks], 'job', undefined);
  assert.deepEqual([lines.length, repeated], [2, 2]);
});

test('tasks with one id and different outputs cannot be in one job', () => {
  const tasks = gridTasks({ ...grid, axes: ['x=1'] });
  const other = tasks.map((task) => ({ ...task, outputs: ['a'] }));
  assert.throws(() => planTasks([...tasks, ...other], 'job', undefined), /tasks\[1\] has the same bundle/);
});

test('cold mode is demanded in every message', () => {
  const { lines } = planTasks(gridTasks(grid), 'job', 'cold');
  assert.deepEqual(
    lines.map(({ message }) => message.executor),
    ['cold', 'cold'],
  );
});

test('the key of a plain result follows from its task id', () => {
  for (const { task_id, result_key } of planTasks(gridTasks(grid), 'job', undefined).lines) {
    assert.equal(plainResultKey(task_id), result_key);
  }
});

test('what XML cannot carry is escaped, and means the same to the reader', () => {
  const values = { s: 'a\uffffb\u0085c\u2028d\ufeffe😀é<&>' };
  const [task] = gridTasks(grid);
  assert.ok(task);
  const message = {
    ...planTasks([task], 'job', undefined).lines[0]?.message,
    params: { param_id: '', values },
  };
  const text = queueText(formatMessage({ ...task, ...message }));
  assert.doesNotMatch(text, /[\uffff\u0085\u2028\ufeff]/);
  const parsed = parseMessage(Buffer.from(text.replace('"param_id":"",', '')));
  assert.ok(parsed.ok && parsed.reference === undefined);
  assert.deepEqual(parsed.message.params.values, values);
});

test('a body above 48 KiB, or one that XML would make too large, does not fit the queue', () => {
  assert.equal(fitsTheQueue('x'.repeat(48 * 1024)), true);
  assert.equal(fitsTheQueue('x'.repeat(48 * 1024 + 1)), false);
  assert.equal(fitsTheQueue('é'.repeat(25 * 1024)), false);
  assert.equal(fitsTheQueue('"'.repeat(12 * 1024)), false);
});
