import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LockedDependency, LockedPackage } from '../../../src/contracts/bundle/declared-dependencies.js';
import { askRequirements } from '../../../src/environments/ask-requirements.js';
import { Locked } from '../../../src/environments/build/requirements-of.js';
import { findPython } from '../../../src/environments/find-python.js';

const { python } = await findPython('python3');

const edge = (name: string, more: Partial<LockedDependency> = {}): LockedDependency => ({
  name,
  extras: [],
  ...more,
});
const locked = (
  name: string,
  version: string | undefined,
  dependencies: LockedDependency[] = [],
  extras: Record<string, LockedDependency[]> = {},
): LockedPackage => ({ name, ...(version !== undefined && { version }), dependencies, extras });

for (const [title, packages, requirements, unchecked = []] of [
  [
    'requires in its locked version all that can be reached, and nothing else',
    [
      locked('model', '0.1', [edge('numpy'), edge('pandas')], { dev: [edge('pytest')] }),
      locked('numpy', '2.1.0'),
      locked('pandas', '2.2.3', [edge('numpy'), edge('six')]),
      locked('six', '1.17.0', [edge('pandas')]),
      locked('pytest', '8.0'),
      locked('unreached', '1'),
    ],
    ['numpy==2.1.0', 'pandas==2.2.3', 'six==1.17.0'],
  ],
  [
    'follows an edge only where its marker applies',
    [
      locked('model', '0.1', [
        edge('numpy', { marker: "os_name == 'posix'" }),
        edge('pywin32', { marker: "sys_platform == 'win32'" }),
      ]),
      locked('numpy', '2.1.0'),
      locked('pywin32', '308'),
    ],
    ['numpy==2.1.0'],
  ],
  [
    'follows the extras that an edge names, even of a package that was reached without',
    [
      locked('model', '0.1', [edge('a'), edge('b')]),
      locked('a', '1'),
      locked('b', '2', [edge('a', { extras: ['Fast_IO'] })]),
      locked('c', '3'),
      locked('d', '4'),
    ].map((each) =>
      each.name === 'a' ? { ...each, extras: { 'fast-io': [edge('c')], slow: [edge('d')] } } : each,
    ),
    ['a==1', 'b==2', 'c==3'],
  ],
  [
    'takes the version that an edge names where there are several',
    [
      locked('model', '0.1', [
        edge('numpy', { version: '1.26.4', marker: "python_version < '4'" }),
        edge('numpy', { version: '2.1.0', marker: "python_version >= '4'" }),
      ]),
      locked('numpy', '1.26.4', [edge('old')]),
      locked('numpy', '2.1.0', [edge('new')]),
      locked('old', '1'),
      locked('new', '1'),
    ],
    ['numpy==1.26.4', 'old==1'],
  ],
  [
    'requires a package without a version in any, and one that it does not describe',
    [locked('model', undefined, [edge('helper'), edge('ghost')]), locked('helper', undefined)],
    ['helper', 'ghost'],
  ],
  [
    'never requires the root, however it is spelt, and follows its extras',
    [
      locked('model', undefined, [edge('Model', { extras: ['plots'] })], { plots: [edge('matplotlib')] }),
      locked('matplotlib', '3.9'),
    ],
    ['matplotlib==3.9'],
  ],
  [
    'lists what it cannot follow',
    [
      locked('model', '0.1', [edge('a', { marker: "'dev' in groups" }), edge('b')]),
      locked('b', '1'),
      locked('b', '2'),
    ],
    [],
    ["a ; 'dev' in groups", 'b (several versions are locked)'],
  ],
] satisfies [string, LockedPackage[], string[], string[]?][]) {
  test(`a uv.lock ${title}`, async () => {
    const found = await askRequirements(python, { ask: 'locked', lock: { root: 'model', packages } }, Locked);
    const needed = found.needed.map(([name, version]) => (version === null ? name : `${name}==${version}`));
    assert.deepEqual({ needed, unchecked: found.unchecked }, { needed: requirements, unchecked });
  });
}
