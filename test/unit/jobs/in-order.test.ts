import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { inOrder } from '../../../src/jobs/in-order.js';

const never = new AbortController().signal;
const items = [...Array(20).keys()];

async function* arriving() {
  yield* items;
}

for (const [what, given] of [
  ['that are there', () => items],
  ['that arrive', arriving],
] as const) {
  test(`items ${what} are done so many at a time, and told in their order`, async () => {
    let under = 0;
    let most = 0;
    const told = [];
    const act = async (item: number) => {
      most = Math.max(most, ++under);
      for (let turn = 0; turn < (item % 3) + 1; turn++) await nextTurn();
      under -= 1;
      return item * 10;
    };
    for await (const result of inOrder(given(), 4, never, act)) told.push(result);
    assert.equal(most, 4);
    assert.deepEqual(
      told,
      items.map((item) => item * 10),
    );
  });

  test(`a failure among items ${what} is told in its turn, when those under way have ended`, async () => {
    const ended: number[] = [];
    const told: number[] = [];
    const act = async (item: number) => {
      if (item === 2) throw new Error('one failed');
      for (let turn = 0; turn < item; turn++) await nextTurn();
      ended.push(item);
      return item;
    };
    await assert.rejects(async () => {
      for await (const result of inOrder(given(), 4, never, act)) told.push(result);
    }, /one failed/);
    assert.deepEqual(told, [0, 1]);
    assert.ok(ended.includes(3), 'it was under way');
    assert.ok(
      ended.every((item) => item < 8),
      `no more were begun than had their turn: ${ended}`,
    );
  });

  test(`whoever stops reading items ${what}, or aborts, has none begun after it`, async () => {
    const begun: number[] = [];
    const act = async (item: number) => {
      begun.push(item);
      await nextTurn();
      return item;
    };
    for await (const result of inOrder(given(), 4, never, act)) if (result === 3) break;
    assert.ok(Math.max(...begun) < 8, String(begun));
    begun.splice(0);
    const ending = new AbortController();
    await assert.rejects(async () => {
      for await (const result of inOrder(given(), 4, ending.signal, act))
        if (result === 3) ending.abort(new Error('it is enough'));
    }, /it is enough/);
    assert.ok(Math.max(...begun) < 8, String(begun));
  });
}
