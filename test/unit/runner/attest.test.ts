import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskRecord } from '../../../src/runner/process/runner-process.js';
import { attest } from '../../../src/runner/report/attest.js';

const identity = { pid: 42, start_time: '1000', boot_id: 'b', pid_namespace: '1' };
const wire = { function: 'wire.py:wire', distribution: null, version: null };
const record: TaskRecord = {
  seen: identity,
  ready: { type: 'ready', identity: { ...identity }, nonce: 'a'.repeat(32), python: '3.11.7', at: 2 },
  assignedAt: 1,
  entered: { type: 'entered', ordinal: 1, import_ms: 1, wire, at: 3 },
  done: undefined,
  limit: undefined,
  end: {
    event: 'ended',
    process: 'p',
    exit_code: 0,
    signal: null,
    limit: null,
    leftovers: { killed: 0, unkillable: [] },
    oom_killed_by_kernel: false,
    peak_memory_bytes: 0,
    cpu_seconds: 0,
    log: { bytes: 0, omitted_bytes: 0, failure: '' },
    stderr_tail: '',
    unlogged: '',
    stack: '',
    at: 4,
  },
};

test('what the process told and what its parent saw agree', () => {
  assert.deepEqual(attest('cold', record), {
    executor: 'cold',
    start_method: 'spawn',
    told: identity,
    seen: identity,
    nonce: 'a'.repeat(32),
    ordinal: 1,
    python: '3.11.7',
    wire,
  });
});

test('a process that is not who it says it is proves nothing', () => {
  for (const other of [{ pid: 43 }, { start_time: '1001' }, { boot_id: 'c' }, { pid_namespace: '2' }]) {
    assert.throws(
      () => attest('cold', { ...record, seen: { ...identity, ...other } }),
      /Cannot prove which process/,
    );
  }
});

test('a second task in a process is never cold', () => {
  const second = { ...record, entered: { type: 'entered', ordinal: 2, import_ms: 1, wire, at: 3 } } as const;
  assert.throws(() => attest('cold', second), /its process says this was its task number 2/);
  assert.equal(attest('isolated_warm', second)?.ordinal, 2);
});

test('a process that ended before it spoke has no attestation', () => {
  assert.equal(attest('cold', { ...record, ready: undefined }), undefined);
});
