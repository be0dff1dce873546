import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Installed } from '../../../src/environments/ask-installed.js';
import { checkRequirements } from '../../../src/environments/check-requirements.js';
import type { Declaration } from '../../../src/environments/declaration.js';
import { describeProblems } from '../../../src/environments/describe-problems.js';

function check(
  declared: Partial<Declaration>,
  distributions: Record<string, string>,
  requires: Record<string, string[]> = {},
) {
  const installed: Installed = {
    environment: { sys_platform: 'linux', python_version: '3.11' },
    distributions: new Map(Object.entries(distributions)),
    requires: new Map(Object.entries(requires)),
  };
  return checkRequirements(
    { pythonRanges: [], requirements: [], constraints: [], options: [], ...declared },
    installed,
  );
}

test('each requirement is satisfied, or a problem with the version that is installed', () => {
  assert.deepEqual(
    check({ requirements: ['NumPy>=1', 'scipy>=2', 'starsim>=3.0.4'] }, { numpy: '1.24.2', scipy: '1.11' }),
    {
      satisfied: ['NumPy>=1'],
      problems: [{ requirement: 'scipy>=2', installed: '1.11' }, { requirement: 'starsim>=3.0.4' }],
      unchecked: [],
    },
  );
});

test('a requirement whose marker does not apply is none', () => {
  const report = check({ requirements: ['pywin32 ; sys_platform == "win32"', 'a;python_version>"3.9"'] }, {});
  assert.deepEqual(report.problems, [{ requirement: 'a' }]);
});

test('of a URL with a name, the name must be installed, in any version', () => {
  const requirements = ['model @ https://example.org/model-2.whl', 'other @ git+https://example.org/o.git'];
  assert.deepEqual(check({ requirements }, { model: '1' }), {
    satisfied: ['model'],
    problems: [{ requirement: 'other' }],
    unchecked: [],
  });
});

test('what cannot be compared is listed and stops nothing', () => {
  const report = check({ requirements: ['./lib', 'numpy 2.0'], options: ['-e .'] }, {});
  assert.deepEqual(report, { satisfied: [], problems: [], unchecked: ['-e .', './lib', 'numpy 2.0'] });
});

test('a constraint requires nothing, and narrows what is required', () => {
  const report = check({ requirements: ['numpy'], constraints: ['numpy<2', 'scipy<2'] }, { numpy: '2.1' });
  assert.deepEqual(report.satisfied, ['numpy']);
  assert.deepEqual(report.problems, [{ requirement: 'numpy<2', installed: '2.1' }]);
});

test('an extra requires what the installed distribution declares for it, and the extras of that', () => {
  const report = check(
    { requirements: ['pandas[excel]'] },
    { pandas: '2.2', openpyxl: '3.0', fsspec: '1' },
    {
      pandas: [
        'numpy>=1',
        'numpy>=1 ; python_version >= "3.9"',
        'openpyxl>=3.1 ; extra == "excel"',
        'pyxlsb ; extra == "excel" and sys_platform == "win32"',
        'fsspec[s3]>=1 ; extra == "excel"',
        'pandas[all] ; extra == "excel"',
        'pandas[excel] ; extra == "all"',
        'lxml ; extra == "all"',
        'pytest ; extra == "test"',
      ],
      fsspec: ['s3fs ; extra == "s3"', 'gcsfs ; extra == "gcs"'],
    },
  );
  assert.deepEqual(report.satisfied, [
    'pandas[excel]',
    'fsspec[s3]>=1 (for pandas[excel])',
    'pandas[all] (for pandas[excel])',
    'pandas[excel] (for pandas[all])',
  ]);
  assert.deepEqual(report.problems, [
    { requirement: 'openpyxl>=3.1 (for pandas[excel])', installed: '3.0' },
    { requirement: 's3fs (for fsspec[s3])' },
    { requirement: 'lxml (for pandas[all])' },
  ]);
});

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
