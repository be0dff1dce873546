import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildFailure, withoutPasswords } from '../../../src/environments/build/build-failure.js';
import { stillCounts } from '../../../src/environments/build/remembered-failure.js';

for (const [line, mayPass] of [
  ['error: Request failed after 3 retries', true],
  ['  Caused by: operation timed out', true],
  ['  Caused by: HTTP status server error (503 Service Unavailable)', true],
  ['  Caused by: failed to lookup address information: dns error', true],
  ['  cause: end of file before message length reached', true],
  ['error: No space left on device (os error 28)', true],
  ["WARNING: Retrying after connection broken by 'NewConnectionError'", true],
  ['  × No solution found when resolving dependencies:', false],
  ['error: HTTP status client error (401 Unauthorized)', false],
  ['error: Hash mismatch for `six==1.16.0`', false],
  ['ERROR: No matching distribution found for six==99', false],
] as const) {
  test(`"${line}" ${mayPass ? 'may pass' : 'stays'}`, () => {
    assert.equal(buildFailure(`$ uv pip sync\n${line}\n`, '').mayPass, mayPass);
  });
}

test('of a log is told what the last command says is wrong', () => {
  const log =
    '$ uv venv\nerror: of an earlier one\n$ uv sync\nResolved 3 packages\n  × Failed\n  ╰─▶ because\n\n';
  assert.equal(buildFailure(log, '').said, '  × Failed\n  ╰─▶ because');
});

test('no password of an address is repeated', () => {
  assert.equal(
    withoutPasswords('at https://me:pa%40ss@h.example/x and http://h/'),
    'at https://…@h.example/x and http://h/',
  );
});

test('a failure that may pass keeps builds back for 15 s, then twice as long each time, ten minutes at most', () => {
  const failure = { reason: '', mayPass: true, at: 1_000_000, by: 'uv' };
  for (const [times, seconds] of [
    [1, 15],
    [2, 30],
    [3, 60],
    [20, 600],
  ] as const) {
    const after = (more: number) =>
      stillCounts({ ...failure, times }, 'uv', failure.at + seconds * 1000 + more);
    assert.deepEqual([after(-1), after(0)], [true, false]);
  }
  assert.equal(stillCounts({ ...failure, times: 1, mayPass: false }, 'uv', 9e15), true);
  assert.equal(stillCounts({ ...failure, times: 1, mayPass: false }, 'another uv', 0), false);
});
