import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LockedPackage } from '../../../src/contracts/bundle/declared-dependencies.js';
import type { Declaration } from '../../../src/environments/declaration.js';
import { environmentId } from '../../../src/environments/environment-id.js';

const base = { version: '3.11.7', platform: 'linux-x86_64' };
const none: Declaration = { pythonRanges: [], requirements: [], constraints: [], options: [] };
const declared: Declaration = { ...none, pythonRanges: ['>=3.9', '<4'], requirements: ['numpy>=2', 'scipy'] };

const edge = (name: string) => ({ name, extras: [] });
const packages: LockedPackage[] = [
  { name: 'model', version: '0.1', dependencies: [edge('numpy'), edge('scipy')], extras: {} },
  { name: 'numpy', version: '2.1.0', dependencies: [], extras: { b: [edge('x')], a: [] } },
  { name: 'scipy', version: '1.14', dependencies: [edge('numpy')], extras: {} },
];
const locked: Declaration = { ...none, lock: { root: 'model', packages } };
const withPackage = (at: number, change: Partial<LockedPackage>): Declaration => ({
  ...none,
  lock: {
    root: 'model',
    packages: packages.map((each, index) => (index === at ? { ...each, ...change } : each)),
  },
});

test('an id is 32 hexadecimal digits, the same on every machine', () => {
  assert.equal(environmentId(declared, base), 'dafd3ab8c2dea567d5c15bbb3c631906');
});

for (const [what, one, other] of [
  ['order and blanks of requirements', declared, { ...declared, requirements: [' scipy ', 'numpy>=2'] }],
  ['repeated requirements', declared, { ...declared, requirements: ['scipy', 'numpy>=2', 'scipy'] }],
  ['order of Python ranges', declared, { ...declared, pythonRanges: ['<4', '>=3.9'] }],
  ['order of locked packages', locked, { ...none, lock: { root: 'model', packages: packages.toReversed() } }],
  [
    "order of a package's dependencies",
    locked,
    withPackage(0, { dependencies: [edge('scipy'), edge('numpy')] }),
  ],
  ["order of a package's extras", locked, withPackage(1, { extras: { a: [], b: [edge('x')] } })],
  ['version of the bundle itself', locked, withPackage(0, { version: '0.2' })],
  [
    'name of the bundle itself',
    locked,
    {
      ...none,
      lock: {
        ...withPackage(0, { name: 'other' }).lock,
        root: 'other',
        packages: withPackage(0, { name: 'other' }).lock?.packages ?? [],
      },
    },
  ],
] satisfies [string, Declaration, Declaration][]) {
  test(`${what} make no other environment`, () => {
    assert.equal(environmentId(one, base), environmentId(other, base));
  });
}

test('the patch version of Python makes no other environment', () => {
  assert.equal(environmentId(declared, base), environmentId(declared, { ...base, version: '3.11.9' }));
});

test('every difference in what is declared, and every other Python, makes an environment of its own', () => {
  const ids = [
    environmentId(none, base),
    environmentId(none, { ...base, version: '3.12.7' }),
    environmentId(none, { ...base, version: '3.1.17' }),
    environmentId(none, { ...base, platform: 'linux-aarch64' }),
    ...[
      declared,
      { ...declared, pythonRanges: ['>=3.9'] },
      { ...declared, requirements: ['numpy>=2'] },
      { ...declared, requirements: ['numpy>=2', 'scipy>=1'] },
      { ...declared, requirements: ['numpy>=2"', '"scipy'] },
      { ...declared, constraints: ['scipy'] },
      { ...declared, options: ['scipy'] },
      { ...none, requirements: ['numpy'] },
      { ...none, constraints: ['numpy'] },
      { ...none, options: ['numpy'] },
      { ...none, pythonRanges: ['numpy'] },
      { ...none, lock: { root: 'model', packages: [] } },
      locked,
      withPackage(0, { dependencies: [edge('numpy')] }),
      withPackage(1, { version: '2.1.1' }),
      withPackage(1, { extras: { a: [edge('x')], b: [] } }),
      withPackage(2, { dependencies: [{ ...edge('numpy'), marker: "os_name == 'nt'" }] }),
      withPackage(2, { dependencies: [{ ...edge('numpy'), version: '2.1.0' }] }),
      withPackage(2, { dependencies: [{ ...edge('numpy'), extras: ['a'] }] }),
    ].map((each: Declaration) => environmentId(each, base)),
  ];
  assert.equal(new Set(ids).size, ids.length);
});
