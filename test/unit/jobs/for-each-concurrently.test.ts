import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { forEachConcurrently } from '../../../src/jobs/for-each-concurrently.js';

const never = new AbortController().signal;

test('every item is handled once, and no more than so many at a time', async () => {
  let under = 0;
  let most = 0;
  const seen: number[] = [];
  await forEachConcurrently(count(20), 4, never, async (item) => {
    most = Math.max(most, ++under);
    await nextTurn();
    seen.push(item);
    under -= 1;
  });
  assert.equal(most, 4);
  assert.deepEqual(
    seen.sort((a, b) => a - b),
    [...count(20)],
  );
});

test('after a failure no further item is taken, and those under way end first', async () => {
  const ended: number[] = [];
  const work = forEachConcurrently(count(20), 3, never, async (item) => {
    if (item === 1) throw new Error('one failed');
    await nextTurn();
    ended.push(item);
  });
  await assert.rejects(work, /one failed/);
  assert.deepEqual(ended, [0, 2]);
});

test('after an abort no further item is taken', async () => {
  const controller = new AbortController();
  const seen: number[] = [];
  const work = forEachConcurrently(count(20), 1, controller.signal, async (item) => {
    seen.push(item);
    if (item === 2) controller.abort(new Error('enough'));
  });
  await assert.rejects(work, /enough/);
  assert.deepEqual(seen, [0, 1, 2]);
});

test('after a failure and after an abort the source is told that no more is wanted, and not before the last one ended', async () => {
  for (const how of ['failure', 'abort']) {
    const controller = new AbortController();
    const said: string[] = [];
    async function* source(): AsyncGenerator<number> {
      try {
        yield* count(20);
      } finally {
        said.push('closed');
      }
    }
    const work = forEachConcurrently(source(), 2, controller.signal, async (item) => {
      if (item === 1 && how === 'abort') controller.abort(new Error(how));
      if (item === 1 && how === 'failure') throw new Error(how);
      await nextTurn();
      said.push('ended');
    });
    await assert.rejects(work, new RegExp(how));
    assert.equal(said.at(-1), 'closed');
    assert.equal(said.filter((what) => what === 'closed').length, 1);
  }
});

function* count(to: number): Generator<number> {
  for (let item = 0; item < to; item++) yield item;
}
