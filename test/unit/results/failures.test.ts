import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureLines } from '../../../src/cli/terminal/failure-lines.js';
import { failureKinds } from '../../../src/results/fetch/failure-kinds.js';
import type { FetchedJob } from '../../../src/results/fetch/fetch-results.js';
import type { IndexRow } from '../../../src/results/fetch/index-row.js';

const row = (task_id: string, outcome: string, reason = '') => ({ task_id, outcome, reason }) as IndexRow;
const rows = [
  row('a', 'succeeded'),
  row('b', 'crashed', 'It was killed.'),
  row('c', 'simulation-failed', 'ValueError: bad'),
  row('d', 'pending'),
  row('e', 'simulation-failed', 'ValueError: bad'),
  row('f', 'simulation-failed', 'ValueError: worse'),
];

test('tasks that failed alike are counted together, the most frequent kind first', () => {
  assert.deepEqual(failureKinds(rows), [
    { outcome: 'simulation-failed', reason: 'ValueError: bad', tasks: 2, task_id: 'c' },
    { outcome: 'crashed', reason: 'It was killed.', tasks: 1, task_id: 'b' },
    { outcome: 'simulation-failed', reason: 'ValueError: worse', tasks: 1, task_id: 'f' },
  ]);
});

test('a person is told of three kinds, each with the folder of a task, and where the others are', () => {
  const fetched = { folder: 'results/job', index: { csv: 'results/job/index.csv' } };
  const said = (more: IndexRow[]) =>
    failureLines({ ...fetched, failures: failureKinds([...rows, ...more]) } as FetchedJob);
  assert.deepEqual(said([]), [
    '  2 simulation-failed: ValueError: bad (as in results/job/c)',
    '  1 crashed: It was killed. (as in results/job/b)',
    '  1 simulation-failed: ValueError: worse (as in results/job/f)',
  ]);
  assert.equal(said([row('g', 'no-result')])[3], '  and 1 more, in results/job/index.csv');
  assert.deepEqual(failureLines({ ...fetched, failures: [] } as unknown as FetchedJob), []);
});
