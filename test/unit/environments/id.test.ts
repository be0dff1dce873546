import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readUvLock } from '../../../src/bundles/metadata/read-uv-lock.js';
import type {
  DeclaredDependencies,
  LockedPackage,
} from '../../../src/contracts/bundle/declared-dependencies.js';
import type { Declaration } from '../../../src/environments/declaration.js';
import { environmentId } from '../../../src/environments/environment-id.js';
import { readDeclaration } from '../../../src/environments/read-declaration.js';
import { bareBundle } from '../../fixtures/bundles/bare-bundle.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();

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
  assert.equal(environmentId(declared, base), 'a9588aa2558ca6cc61a3cbdc373bd294');
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

/** One package of a uv.lock, in these places or with these files. */
async function idOfLock(source: string, ...wheels: string[]): Promise<string> {
  const lock = `
[[package]]
name = "model"
source = { virtual = "." }
dependencies = [{ name = "dep" }]
[[package]]
name = "dep"
version = "1.0"
source = { ${source} }
wheels = [${wheels.map((hash) => `{ url = "https://files.example/dep-1.0-py3-none-any.whl", hash = "${hash}" }`).join(', ')}]
`;
  const declared = readUvLock(lock, (what) => new Error(what));
  assert.ok(declared);
  return environmentId(await readDeclaration(bareBundle('/nowhere', { dependencies: [declared] })), base);
}

test('a package of one name and version is another one from another place, or with another hash', async () => {
  const git = 'git = "https://git.example/dep?rev=main#';
  const ids = await Promise.all([
    idOfLock(`${git}${'a'.repeat(40)}"`),
    idOfLock(`${git}${'b'.repeat(40)}"`),
    idOfLock('registry = "https://one.example/simple"', 'sha256:1'),
    idOfLock('registry = "https://other.example/simple"', 'sha256:1'),
    idOfLock('registry = "https://one.example/simple"', 'sha256:2'),
    idOfLock('registry = "https://one.example/simple"', 'sha256:1', 'sha256:2'),
    idOfLock('url = "https://one.example/dep-1.0.tar.gz"'),
    idOfLock('directory = "libs/dep"'),
    idOfLock('path = "libs/dep-1.0-py3-none-any.whl"', 'sha256:1'),
  ]);
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(
    await idOfLock('registry = "https://one.example/simple"', 'sha256:2', 'sha256:1'),
    ids[5],
    'the order of its files makes no difference',
  );
});

const digest = (hex: string) => `sha256:${hex.repeat(64)}`;
for (const [what, dependencies, ofItsOwn] of [
  ['a requirement by name', { file: 'pyproject.toml', requirements: ['numpy>=2'] }, false],
  [
    'a requirement by address',
    { file: 'requirements.txt', requirements: ['a @ https://e.example/a.whl'] },
    false,
  ],
  ['a requirement by path', { file: 'requirements.txt', requirements: ['./libs/a'] }, true],
  ['a file by address', { file: 'requirements.txt', requirements: ['a @ file:libs/a'] }, true],
  ['a wheel by name', { file: 'requirements.txt', requirements: ['libs/a-1-py3-none-any.whl'] }, true],
  ['a folder of wheels', { file: 'requirements.txt', requirements: ['a', '--find-links libs'] }, true],
  ['a page of wheels', { file: 'requirements.txt', requirements: ['a', '-f https://e.example/'] }, false],
  ['a locked folder', { file: 'uv.lock', root: 'm', packages: [inFolder()] }, true],
] satisfies [string, DeclaredDependencies, boolean][]) {
  test(`${what}: ${ofItsOwn ? 'every bundle has an environment of its own' : 'bundles share the environment'}`, async () => {
    const id = async (hex: string) =>
      environmentId(
        await readDeclaration(bareBundle('/nowhere', { digest: digest(hex), dependencies: [dependencies] })),
        base,
      );
    assert.equal((await id('1')) === (await id('2')), !ofItsOwn);
  });
}

test('a folder of wheels beside requirements makes an environment of its own', async () => {
  const path = await make({ 'wheels/a-1-py3-none-any.whl': '' });
  const dependencies: DeclaredDependencies[] = [{ file: 'pyproject.toml', requirements: ['a'] }];
  const declaration = await readDeclaration(bareBundle(path, { digest: digest('1'), dependencies }));
  assert.equal(declaration.ownFiles, digest('1'));
});

function inFolder(): LockedPackage {
  const origin = { source: { directory: 'libs/a' }, files: [], wheels: [], inBundle: true };
  return { name: 'a', version: '1', dependencies: [], extras: {}, origin };
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
