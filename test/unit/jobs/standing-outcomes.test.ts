import assert from 'node:assert/strict';
import { test } from 'node:test';
import { standingOutcomes } from '../../../src/jobs/reading/standing-outcomes.js';

const made = { outcome: 'succeeded', cached: false };
const found = { outcome: 'succeeded', cached: true };
const failed = { outcome: 'crashed', cached: false };

test('each task counts once, with the best of its outcomes in whatever order they come', () => {
  const worstFirst = [
    { ...failed, ...at('a', 1) },
    { ...failed, ...at('a', 2) },
    { ...found, ...at('a', 3) },
    { ...found, ...at('a', 5) },
    { ...made, ...at('a', 4) },
  ];
  for (let count = 1; count <= worstFirst.length; count += 1) {
    const outcomes = worstFirst.slice(0, count);
    const best = outcomes.at(-1);
    for (let turn = 0; turn < count; turn += 1) {
      outcomes.push(...outcomes.splice(0, 1));
      assert.deepEqual([...standingOutcomes(outcomes).values()], [best]);
    }
  }
});

test('outcomes of different tasks stand beside each other', () => {
  const outcomes = [
    { ...failed, ...at('a', 1) },
    { ...made, ...at('b', 1) },
  ];
  assert.deepEqual([...standingOutcomes(outcomes).keys()], ['a', 'b']);
});

function at(taskId: string, second: number) {
  return { taskId, recordedAt: new Date(second * 1000) };
}
