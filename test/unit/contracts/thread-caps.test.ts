import assert from 'node:assert/strict';
import { test } from 'node:test';
import { threadCaps } from '../../../src/contracts/environment/thread-caps.js';
import { Attestation } from '../../../src/contracts/result/attestation.js';
import { resultKey } from '../../../src/contracts/task/result-key.js';
import { SimTask } from '../../../src/contracts/task/sim-task.js';
import { someTask } from './some-task.js';

test('every library is held to the same count, and XLA to none that depends on the cores', () => {
  for (const threads of [1, 4]) {
    const { XLA_FLAGS, ...counts } = threadCaps(threads);
    assert.deepEqual([...new Set(Object.values(counts))], [String(threads)]);
    assert.equal(XLA_FLAGS !== undefined, threads === 1);
    for (const library of [
      'OMP',
      'MKL',
      'OPENBLAS',
      'BLIS',
      'NUMBA',
      'RAYON',
      'POLARS',
      'TF',
      'JULIA',
      'RCPP',
    ])
      assert.ok(
        Object.keys(counts).some((name) => name.startsWith(library)),
        library,
      );
  }
});

test('a task keeps its result key with one thread, and has another with each other count', () => {
  const task = SimTask.parse(someTask());
  assert.equal(resultKey(task, 'cold', { threads: 1 }), resultKey(task, 'cold'));
  assert.equal(resultKey(task, 'cold', { fixedAddresses: false }), resultKey(task, 'cold'));
  assert.notEqual(resultKey(task, 'cold', { fixedAddresses: true }), resultKey(task, 'cold'));
  const keys = [1, 2, 4, 256].flatMap((threads) =>
    (['cold', 'forkserver'] as const).map((executor) => resultKey(task, executor, { threads })),
  );
  assert.equal(new Set(keys).size, keys.length);
});

test('an attestation from before threads were told of is read', () => {
  const identity = { pid: 1, start_time: '1', boot_id: 'b', pid_namespace: '' };
  const before = {
    executor: 'cold',
    start_method: 'spawn',
    told: identity,
    seen: identity,
    nonce: '0'.repeat(32),
    ordinal: 1,
    python: '3.11.7',
  } as const;
  assert.deepEqual(Attestation.parse(before), before);
  const threads = { most: 1, overridden: ['OMP_NUM_THREADS'] };
  assert.deepEqual(Attestation.parse({ ...before, threads }).threads, threads);
});
