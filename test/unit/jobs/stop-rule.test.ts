import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskLine } from '../../../src/contracts/job/task-line.js';
import { stopRule } from '../../../src/jobs/submission/stop-rule.js';

/** Tasks of parameter sets with so many each. */
const tasks = (...sizes: number[]): TaskLine[] =>
  sizes.flatMap((size, set) =>
    Array.from({ length: size }, () => ({ message: { params: { param_id: String(set) } } }) as TaskLine),
  );

test('a number of failures is that number, and a share one of all tasks of the run or of a parameter set, one at least', () => {
  assert.deepEqual(stopRule(tasks(5), {}), {});
  assert.deepEqual(stopRule(tasks(5), { ofRun: { count: 3 }, ofSet: { count: 2 } }), {
    stop_after_failures: 3,
    stop_set_after_failures: 2,
  });
  for (const [share, ofRun, ofSet] of [
    [0.2, 20, 10],
    [0.07, 7, 4],
    [0.001, 1, 1],
    [1, 100, 50],
  ] as const)
    assert.deepEqual(stopRule(tasks(50, 50), { ofRun: { share }, ofSet: { share } }), {
      stop_after_failures: ofRun,
      stop_set_after_failures: ofSet,
    });
});

test('a share of parameter sets of different sizes is refused, since it is not one number', () => {
  assert.throws(
    () => stopRule(tasks(1, 200), { ofSet: { share: 0.2 } }),
    /Cannot use a share with --stop-set-after-failures: the parameter sets have from 1 to 200 tasks\. Give a number/,
  );
});
