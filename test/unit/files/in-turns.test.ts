import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inTurns } from '../../../src/files/in-turns.js';

test('many small steps let others have their turn meanwhile, and keep their order', async () => {
  const done: number[] = [];
  let turns = 0;
  const count = () => {
    turns += 1;
    if (done.length < 20) setImmediate(count);
  };
  setImmediate(count);
  function* steps() {
    for (let step = 0; step < 20; step++) {
      const until = performance.now() + 3;
      while (performance.now() < until);
      done.push(step);
      yield;
    }
  }
  await inTurns(steps());
  assert.deepEqual(done, [...Array(20).keys()]);
  assert.ok(turns > 1, `others had ${turns} turns`);
});

test('a step that takes long is waited for, and its error ends the work', async () => {
  const done: string[] = [];
  function* steps() {
    yield Promise.resolve().then(() => void done.push('copied'));
    done.push('next');
    yield Promise.reject(new Error('the disk is full'));
    done.push('never');
  }
  await assert.rejects(inTurns(steps()), /the disk is full/);
  assert.deepEqual(done, ['copied', 'next']);
});
