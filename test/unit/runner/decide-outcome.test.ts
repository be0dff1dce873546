import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideOutcome, type RunFacts } from '../../../src/runner/report/decide-outcome.js';

const facts: RunFacts = {
  what: 'simulation',
  stage: 'running',
  done: undefined,
  limit: undefined,
  heldBytes: undefined,
  killedByKernel: false,
  exitCode: 0,
  signal: null,
  crashedAt: undefined,
  timedOutAt: undefined,
  timeoutMs: 2000,
  timeoutSetBy: 'MODELOPS_TASK_TIMEOUT_SECONDS',
  memoryLimitBytes: 100 * 1024 * 1024,
  memorySetBy: 'MODELOPS_MEM_LIMIT_BYTES',
  pythonVersion: '3.11.7',
};
const error = { error_type: 'ValueError', message: 'beta is\n  negative', traceback: 'Traceback …' };
const killed = { exitCode: null, signal: 'SIGKILL' };

test('a result that was complete before counts whatever came after it', () => {
  for (const limit of ['cancelled', 'memory', 'timeout', 'exit'] as const) {
    const decision = decideOutcome({
      ...facts,
      ...killed,
      limit,
      done: { status: 'succeeded', error: null },
    });
    assert.deepEqual(decision, { outcome: 'succeeded', reason: '' });
  }
});

for (const [what, changes, outcome] of [
  ['cancelled before everything else', { ...killed, limit: 'cancelled', killedByKernel: true }, 'cancelled'],
  ['the worker’s own end is a cancellation', { ...killed, limit: 'stopped' }, 'cancelled'],
  ['memory before the signal that ended it', { ...killed, limit: 'memory' }, 'out-of-memory'],
  [
    'the kernel’s kill before the time limit',
    { ...killed, limit: 'timeout', killedByKernel: true },
    'out-of-memory',
  ],
  [
    'the time limit before the signal that ended it',
    { exitCode: null, signal: 'SIGTERM', limit: 'timeout' },
    'timed-out',
  ],
  ['the time limit even when the simulation left with 0', { limit: 'timeout' }, 'timed-out'],
  ['a signal of its own', { exitCode: null, signal: 'SIGSEGV' }, 'crashed'],
  ['an exit code', { exitCode: 3 }, 'crashed'],
  ['the code of a closed descriptor', { exitCode: 179 }, 'crashed'],
  ['nothing at all', {}, 'no-result'],
] as const) {
  test(`without a done: ${what}`, () => {
    const decision = decideOutcome({ ...facts, ...changes });
    assert.equal(decision.outcome, outcome);
    assert.match(decision.reason, /^The .*\.$/);
  });
}

test('the reason says how far the process had come', () => {
  const reasons = (['starting', 'importing', 'running'] as const).map((stage) =>
    [{ exitCode: 3 }, {}, { limit: 'timeout' as const }].map(
      (ends) => decideOutcome({ ...facts, ...ends, stage }).reason,
    ),
  );
  const leave = 'Let the simulation return its outputs, and not leave by sys.exit or os._exit.';
  const late = 'The simulation was ended after 2 s: its time limit is 2 s (MODELOPS_TASK_TIMEOUT_SECONDS).';
  assert.deepEqual(reasons, [
    [
      'The Python process ended with exit code 3 before its interpreter had started.',
      `The Python process ended with exit code 0 before its interpreter had started. ${leave}`,
      `${late} By then its interpreter had not started.`,
    ],
    [
      'The Python process ended with exit code 3 before its wire function was called.',
      `The Python process ended with exit code 0 before its wire function was called. ${leave}`,
      `${late} By then its wire function had not been called.`,
    ],
    [
      'The Python process ended with exit code 3 before its result was complete.',
      `The Python process ended with exit code 0 before its result was complete. ${leave}`,
      late,
    ],
  ]);
});

test('the reason is one line, the error is whole', () => {
  const decision = decideOutcome({ ...facts, done: { status: 'simulation-failed', error } });
  assert.equal(decision.reason, 'The simulation failed with ValueError: beta is negative');
  assert.deepEqual(decision.error, {
    errorType: 'ValueError',
    message: 'beta is\n  negative',
    traceback: 'Traceback …',
  });
});

test('a result that this machine could not take is no outcome: it throws, and is tried again', () => {
  assert.throws(
    () => decideOutcome({ ...facts, done: { status: 'infrastructure', error } }),
    /Cannot take the simulation's result/,
  );
});
