import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAhead } from '../../../src/jobs/read-ahead.js';

const settled = () => new Promise(setImmediate);

test('items are taken before anybody reads them, no more than wanted, and read in their order', async () => {
  let taken = 0;
  const numbers = async function* () {
    for (; taken < 5; ) yield taken++;
  };
  const ahead = readAhead(numbers(), 3);
  await settled();
  assert.equal(taken, 3);
  const read: number[] = [];
  for await (const number of ahead) read.push(number);
  assert.deepEqual(read, [0, 1, 2, 3, 4]);
  for await (const number of readAhead(numbers(), 3)) assert.fail(String(number));
});

test('trouble is told to whoever reads, and to nobody else', async () => {
  const broken = async function* (): AsyncGenerator<number> {
    yield 1;
    throw new Error('the connection broke');
  };
  const ahead = readAhead(broken(), 3);
  await settled();
  await assert.rejects(async () => {
    for await (const number of ahead) assert.fail(String(number));
  }, /the connection broke/);
});
