import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareWithTargets } from '../../../src/jobs/submission/compare-with-targets.js';
import { gridTasks } from '../../../src/jobs/submission/grid-tasks.js';
import { planTasks } from '../../../src/jobs/submission/plan-tasks.js';
import { UsageError } from '../../../src/reporting/usage-error.js';

const tasks = (entrypoint: string, replicates: number) =>
  gridTasks({
    ...{ entrypoint, bundleRef: `sha256:${'a'.repeat(64)}`, axes: ['beta=0.1,0.2'] },
    ...{ seeds: undefined, replicates },
  });
const { lines } = planTasks([...tasks('a.b/c', 3), ...tasks('a.b/d', 1)], 'job', undefined);

test('each task says how many replicates its parameter set has, those of another model not counted', () => {
  const compared = compareWithTargets(lines, ['t:f'], undefined);
  assert.equal(compared.sets, 4);
  for (const { message } of compared.lines) {
    const replicates = message.entrypoint === 'a.b/c' ? 3 : 1;
    assert.deepEqual(message.replicate_set, { replicates, targets: ['t:f'] });
  }
});

test('so many replicates are enough, and all of a smaller set; more than any set has are refused', () => {
  const least = compareWithTargets(lines, ['t:f'], 2).lines.map(({ message }) => message.replicate_set);
  assert.deepEqual(
    [...new Set(least.map((set) => `${set?.min_replicates} of ${set?.replicates}`))],
    ['2 of 3', '1 of 1'],
  );
  assert.throws(() => compareWithTargets(lines, ['t:f'], 4), UsageError);
});
