import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attestation } from '../../../src/contracts/result/attestation.js';
import { type AttestedRecord, verifyAttestations } from '../../../src/jobs/reading/verify-attestations.js';

test('tasks that each had a fresh process are verified', () => {
  const verified = verifyAttestations([ran('a', 101), ran('b', 102), ran('c', 103)]);
  assert.deepEqual(verified, {
    tasks: 3,
    repeated: 0,
    attested: 3,
    cached: 0,
    aggregations: 0,
    processes: 3,
    leaks: [],
    failed_without_process: [],
  });
});

test('two tasks in one process are a leak that names both of them and the process', () => {
  const { leaks } = verifyAttestations([ran('a', 101), ran('b', 102), ran('c', 101)]);
  assert.equal(leaks.length, 1);
  assert.equal(leaks[0]?.why, 'process-shared');
  assert.deepEqual(leaks[0]?.task_ids, ['a', 'c']);
  assert.match(leaks[0]?.message ?? '', /process 101 .*tasks a, c/);
});

test('an aggregation in the process of a task is a leak, and counts as no task', () => {
  const { leaks, tasks, aggregations } = verifyAttestations(
    [ran('a', 101)],
    [],
    [ran('b', 101), ran('c', 102)],
  );
  assert.deepEqual([tasks, aggregations], [1, 2]);
  assert.deepEqual(
    leaks.map(({ task_ids }) => task_ids),
    [['a', 'b']],
  );
});

test('one pid in two boots, namespaces or at two times is two processes', () => {
  const elsewhere = [{ boot_id: 'other' }, { pid_namespace: 'other' }, { start_time: 'other' }];
  const records = elsewhere.map((change, index) => ran(`t${index}`, 101, { seen: change, told: change }));
  assert.deepEqual(verifyAttestations([ran('a', 101), ...records]).leaks, []);
});

test('a nonce that stands for two tasks is a leak even where the pids differ', () => {
  const { leaks } = verifyAttestations([ran('a', 101, { nonce: 'same' }), ran('b', 102, { nonce: 'same' })]);
  assert.deepEqual(
    leaks.map(({ why, task_ids }) => [why, task_ids]),
    [['process-shared', ['a', 'b']]],
  );
});

test('a process that told another identity than was seen is a leak', () => {
  const { leaks } = verifyAttestations([ran('a', 101, { told: { pid: 999 } })]);
  assert.deepEqual(
    leaks.map(({ why }) => why),
    ['told-is-not-seen'],
  );
});

test('a warm executor and a second task of a process are leaks each', () => {
  const { leaks } = verifyAttestations([ran('a', 101, { executor: 'isolated_warm', ordinal: 2 })]);
  assert.deepEqual(
    leaks.map(({ why }) => why),
    ['not-cold', 'not-the-first-task'],
  );
});

test('a forked process is not one that was started anew', () => {
  const forked = { executor: 'forkserver', start_method: 'forkserver' } as const;
  const { leaks } = verifyAttestations([ran('a', 101, forked), ran('b', 102, forked)]);
  assert.deepEqual(
    leaks.map(({ why }) => why),
    ['not-cold', 'not-cold'],
  );
  assert.match(leaks[0]?.message ?? '', /was forked from a process that had imported the model/);
});

test('a success without an attestation is a leak, a failure without one is listed', () => {
  const verified = verifyAttestations([
    { ...ran('a', 101), attestation: undefined },
    { ...ran('b', 102), attestation: undefined, outcome: 'crashed' },
  ]);
  assert.deepEqual(
    verified.leaks.map(({ why, task_ids }) => [why, task_ids]),
    [['no-attestation', ['a']]],
  );
  assert.deepEqual(verified.failed_without_process, ['b']);
});

test('one result that two runs use is one execution', () => {
  const first = ran('a', 101);
  const verified = verifyAttestations([first, { ...first, cached: true }]);
  assert.deepEqual(verified.leaks, []);
  assert.deepEqual([verified.processes, verified.cached], [1, 1]);
});

test('a task that ended twice is one task, and both of its processes are checked', () => {
  const [first, again] = [{ ...ran('a', 101), outcome: 'crashed' as const }, ran('a', 102)];
  const verified = verifyAttestations([again, ran('b', 103)], [first]);
  assert.deepEqual(
    [verified.tasks, verified.attested, verified.repeated, verified.processes, verified.leaks],
    [2, 2, 1, 3, []],
  );
  assert.equal(verifyAttestations([again, ran('b', 101)], [first]).leaks.length, 1);
});

test('a failed task that shared its process with another one is a leak too', () => {
  const { leaks } = verifyAttestations([ran('a', 101), { ...ran('b', 101), outcome: 'timed-out' }]);
  assert.equal(leaks.length, 1);
});

interface Changes extends Partial<Omit<Attestation, 'told' | 'seen'>> {
  told?: Partial<Attestation['told']>;
  seen?: Partial<Attestation['seen']>;
}

function ran(id: string, pid: number, { told, seen, ...changes }: Changes = {}): AttestedRecord {
  const identity = { pid, start_time: '1000', boot_id: 'boot', pid_namespace: '4026531836' };
  return {
    task_id: id,
    result_key: `key-${id}`,
    attempt: `attempt-${id}`,
    outcome: 'succeeded',
    cached: false,
    attestation: {
      executor: 'cold',
      start_method: 'spawn',
      told: { ...identity, ...told },
      seen: { ...identity, ...seen },
      nonce: `nonce-${pid}-${seen?.start_time}${seen?.boot_id}${seen?.pid_namespace}`,
      ordinal: 1,
      python: '3.11.7',
      ...changes,
    },
  };
}
