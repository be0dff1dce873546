import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findShortest } from '../../../src/diagnosis/find-shortest.js';
import { fakeLaboratory, fakeTask, right, wrong } from './fake-laboratory.js';

const tasks = [fakeTask(1), fakeTask(2), fakeTask(3)];
const places = [{ sequence: [0, 1, 2], position: 2 }];

test('what is not wrong again when it is repeated is no leak', async () => {
  let shown = 0;
  const laboratory = fakeLaboratory(tasks, ({ length }) => (length > 1 && shown++ < 2 ? wrong : right));
  assert.deepEqual(await findShortest(laboratory, places), { shortest: undefined, alone: [] });
});

test('a task that is wrong alone, if not at once, is nobody else’s victim', async () => {
  let alone = 0;
  const laboratory = fakeLaboratory(tasks, ({ length }) => (length > 1 || ++alone === 3 ? wrong : right));
  const found = await findShortest(laboratory, places);
  assert.equal(found.shortest, undefined);
  assert.deepEqual(
    found.alone.map(({ task }) => task),
    [2],
  );
});

test('how often it was wrong is told', async () => {
  let repeats = 0;
  const laboratory = fakeLaboratory(tasks, (sequence) => {
    if (!sequence.includes(tasks[0] as (typeof tasks)[number])) return right;
    return sequence.length === 2 && ++repeats === 3 ? right : wrong;
  });
  const { shortest } = await findShortest(laboratory, places);
  assert.deepEqual(shortest?.before, [tasks[0]]);
  assert.deepEqual([shortest?.wrong, shortest?.times], [2, 3]);
});
