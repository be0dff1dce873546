import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cell } from '../../../src/diagnosis/diagnosis.js';
import { verdictOf } from '../../../src/diagnosis/verdict-of.js';

const order = (...cells: Cell[]) => ({
  name: 'in order' as const,
  sequence: cells.map((_, at) => at),
  cells,
});

test('clean is only what came out the same after another task', () => {
  assert.equal(verdictOf([order('same', 'same')], undefined, false), 'clean');
  for (const orders of [[], [order('same')], [order('same', 'unseen')]])
    assert.throws(() => verdictOf(orders, undefined, false), /no task could be seen after another one/);
  assert.equal(verdictOf([order('same')], undefined, true), 'not-reproducible');
  const once = { ...order('same', 'different'), wrong_from: { position: 1, parameter_sets: 2 } };
  assert.equal(verdictOf([once], undefined, false), 'not-reproducible');
});
