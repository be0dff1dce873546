import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findTrigger } from '../../../src/diagnosis/find-trigger.js';
import { fakeLaboratory, fakeTask, right, wrong } from './fake-laboratory.js';

test('one process runs at a time, and of several triggers the simplest is told', async () => {
  const [other, victim] = [fakeTask(1), fakeTask(2)];
  const laboratory = fakeLaboratory([other, victim], ([first]) => (first === victim ? right : wrong));
  const shortest = { before: [other], victim, right, difference: { outputs: [] }, wrong: 3, times: 3 };
  const { kind, tries } = await findTrigger(laboratory, shortest, 1);
  assert.equal(laboratory.mostAtOnce(), 1);
  assert.equal(kind, 'seeds');
  assert.deepEqual(
    tries.map(({ what, wrong: isWrong }) => [what, isWrong]),
    [
      ['count', false],
      ['seeds', true],
      ['parameters', true],
    ],
  );
});
