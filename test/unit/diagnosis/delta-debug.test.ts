import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deltaDebug } from '../../../src/diagnosis/delta-debug.js';

const items = Array.from({ length: 40 }, (_, index) => index);

for (const needed of [[0], [39], [17], [3, 30], [0, 39], [1, 2, 3], [5, 15, 25, 35]]) {
  test(`of 40 items those that are needed are left, in their order: ${needed}`, async () => {
    const asked: string[] = [];
    const left = await deltaDebug(items, async (some) => {
      asked.push(some.join());
      return needed.every((item) => some.includes(item));
    });
    assert.deepEqual(left, needed);
    assert.equal(new Set(asked).size, asked.length, 'nothing is tried twice');
    assert.ok(!asked.includes(''), 'nothing alone shows nothing');
  });
}

test('as many as are needed, whichever they are, are left', async () => {
  const left = await deltaDebug(items, async (some) => some.length >= 3);
  assert.equal(left.length, 3);
});

test('one item is left as it is, and nobody is asked', async () => {
  assert.deepEqual(await deltaDebug([1], () => assert.fail()), [1]);
});
