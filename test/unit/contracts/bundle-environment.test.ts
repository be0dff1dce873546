import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BundleMetadata } from '../../../src/contracts/bundle/bundle-metadata.js';
import { parseSubmission } from '../../../src/contracts/job/parse-submission.js';
import { violationOf } from '../../../src/contracts/validation/violation-of.js';
import { workerMark } from '../../../src/runner/identity/worker-mark.js';

const complaint = (metadata: unknown) => {
  const parsed = BundleMetadata.safeParse(metadata);
  assert.ok(!parsed.success);
  return violationOf(parsed.error).message;
};

test('a bundle names its environment variables and threads', () => {
  const metadata = { threads: 4, env: { SUMO_HOME: '/opt/sumo', LD_PRELOAD: '/lib/libjemalloc.so' } };
  assert.deepEqual(BundleMetadata.parse(metadata), metadata);
  for (const hash_seed of [0, 4_294_967_295, 'random']) {
    assert.deepEqual(BundleMetadata.parse({ hash_seed }), { hash_seed });
  }
});

for (const [what, metadata, reason] of [
  ['a thread count of 0', { threads: 0 }, /threads is 0: it must be a whole number, at least 1/],
  ['a thread count over 256', { threads: 257 }, /threads is 257: it must be a whole number, at most 256/],
  [
    'a negative hash seed',
    { hash_seed: -1 },
    /hash_seed is -1: it must be "random" or a whole number from 0 to/,
  ],
  ['no hash seed', { hash_seed: 'none' }, /hash_seed .*must be "random" or a whole number/],
  ['a folder of the runner', { env: { HOME: '/root' } }, /env.*HOME.*private folder/],
  ['the mark of the worker', { env: { [workerMark]: 'x' } }, /a worker knows what it has started/],
  ['a value that is no text', { env: { N: 1 } }, /must be text/],
] as const) {
  test(`a bundle that names ${what} is refused with the reason`, () => {
    assert.match(complaint(metadata), reason);
  });
}

test("a study's variables are those of each of its tasks", () => {
  const { tasks } = parseSubmission(
    JSON.stringify({
      model: 'models.sir',
      scenario: 'baseline',
      parameter_sets: [{ params: { beta: 0.1 } }],
      n_replicates: 2,
      env: { SUMO_HOME: '/opt/sumo' },
    }),
    `sha256:${'1'.repeat(64)}`,
  );
  assert.deepEqual(
    tasks.map(({ env }) => env),
    [{ SUMO_HOME: '/opt/sumo' }, { SUMO_HOME: '/opt/sumo' }],
  );
});
