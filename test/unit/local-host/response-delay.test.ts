import assert from 'node:assert/strict';
import { test } from 'node:test';
import { responseDelay } from '../../../src/local-host/app/response-delay.js';

/** Milliseconds for which an answer of so many bytes is held back. */
const held = (bytes: number): number =>
  responseDelay({
    invocationId: 'one',
    succeeded: true,
    outputData: [],
    returnValue: { string: 'x'.repeat(bytes) },
  });

test('an answer is held back as long as an exit of the real worker would lose it', () => {
  const atTimerOf0Ms = 1;
  assert.ok(held(0) > atTimerOf0Ms);
  assert.ok(held(0) < 10 && held(200_000) < 10, 'received when the exit is a timer of 10 ms');
  assert.ok(held(2_000_000) > 10 && held(2_000_000) < 50, 'received when the exit is a timer of 50 ms');
});
