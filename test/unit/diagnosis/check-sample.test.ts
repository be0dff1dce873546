import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differingFacts } from '../../../src/comparison/causes/differing-facts.js';
import type { Attestation } from '../../../src/contracts/result/attestation.js';
import { doubtAbout } from '../../../src/diagnosis/doubt-about.js';
import { leaksByTruth } from '../../../src/diagnosis/leaks-by-truth.js';
import { type End, endedOtherwise, sameFailure } from '../../../src/reproduction/ended-otherwise.js';

const cold = {
  ...{ executor: 'cold', start_method: 'spawn', ordinal: 1, python: '3.11.7', hash_seed: 'random' },
  machine: { processor: 'one' },
} as unknown as Attestation;
const reused = {
  ...cold,
  ...{ executor: 'isolated_warm', start_method: 'forkserver', ordinal: 7 },
} as unknown as Attestation;
const doubt = (stored: Attestation) =>
  doubtAbout({
    facts: differingFacts({ bundle_ref: 'a', attestation: stored }, { bundle_ref: 'a', attestation: cold }),
  });

test('what differs in nothing but the reuse may have leaked, whichever user it ran as', () => {
  assert.equal(doubt(reused), undefined);
  const as = (boundary: object) => ({ ...reused, boundary }) as unknown as Attestation;
  for (const boundary of [{ kind: 'user' }, { kind: 'none', why: '/w/ANREJG is out of reach' }])
    assert.equal(doubt(as(boundary)), undefined);
});

test('what was made elsewhere is in doubt, and it is said what differs and what to do', () => {
  const elsewhere = { ...reused, machine: { processor: 'another' } } as unknown as Attestation;
  assert.match(doubt(elsewhere) ?? '', /processor: another \| one.*mops-cold reproduce/);
  assert.match(doubt({ ...reused, python: '3.12.1' }) ?? '', /Python: 3\.12\.1 \| 3\.11\.7/);
});

test('of a failure, too, it is told how it was made, and a limit that one of two runs met shows nothing', () => {
  const failed = (outcome: 'simulation-failed' | 'timed-out', error?: string): End => ({
    failed: { outcome, reason: 'It failed.', ...(error !== undefined && { error_type: error }) },
    provenance: { bundle_ref: 'a', attestation: reused },
  });
  const here = (attestation: Attestation): End => ({ provenance: { bundle_ref: 'a', attestation } });
  const type = failed('simulation-failed', 'TypeError');
  const elsewhere = { ...cold, python: '3.12.1' };
  assert.equal(doubtAbout(endedOtherwise(type, here(cold))), undefined);
  assert.match(doubtAbout(endedOtherwise(type, here(elsewhere))) ?? '', /Python: 3\.11\.7 \| 3\.12\.1/);
  assert.match(doubtAbout(endedOtherwise(here(elsewhere), type)) ?? '', /Python: 3\.12\.1 \| 3\.11\.7/);
  assert.match(
    doubtAbout(endedOtherwise(failed('timed-out'), here(cold))) ?? '',
    /met a limit \(timed-out\)/,
  );
  assert.ok(
    sameFailure(type, { failed: { outcome: 'simulation-failed', reason: '', error_type: 'TypeError' } }),
  );
  assert.ok(!sameFailure(type, failed('simulation-failed', 'ValueError')));
  assert.ok(!sameFailure(type, failed('timed-out', 'TypeError')));
});

test('what ends its process cold, too, and what differs from itself have not leaked', () => {
  const { leaked, unsure } = leaksByTruth(['a', 'b', 'c'], {
    notReproducible: [{ task: 1, alone: false, outputs: [] }],
    leftOut: [{ task: 2, why: 'crashed: It ended with SIGSEGV.' }],
  });
  assert.deepEqual(leaked, ['a']);
  assert.deepEqual(
    unsure.map(({ task_id: id }) => id),
    ['c'],
  );
  assert.match(unsure[0]?.why ?? '', /SIGSEGV\), so that/);
});
