import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeProblems } from '../../../src/environments/describe-problems.js';

for (const [count, expected] of [
  [1, 'p0 is not installed'],
  [2, 'p0 is not installed and p1>=2 is not satisfied (1.1 is installed)'],
  [3, 'p0 is not installed, p1>=2 is not satisfied (1.1 is installed) and p2 is not installed'],
  [13, /^p0 is not installed, .*, p9>=2 is not satisfied \(1\.9 is installed\) and 3 more$/],
] satisfies [number, string | RegExp][]) {
  test(`${count} problems are one sentence`, () => {
    const problems = Array.from({ length: count }, (_, at) =>
      at % 2 === 0 ? { requirement: `p${at}` } : { requirement: `p${at}>=2`, installed: `1.${at}` },
    );
    const text = describeProblems(problems);
    if (typeof expected === 'string') assert.equal(text, expected);
    else assert.match(text, expected);
  });
}
