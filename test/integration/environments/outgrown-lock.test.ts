import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readUvLock } from '../../../src/bundles/metadata/read-uv-lock.js';
import type { DeclaredDependencies } from '../../../src/contracts/bundle/declared-dependencies.js';
import { outgrownLock } from '../../../src/environments/build/outgrown-lock.js';
import { findPython } from '../../../src/environments/find-python.js';

const { python } = await findPython('python3');

/** A lock for a project, with what uv writes into `requires-dist`; without that, its edges alone. */
function dependencies(
  requirements: string[],
  edges: string[],
  requiresDist?: string,
): DeclaredDependencies[] {
  const lock = readUvLock(
    `[[package]]
name = "m"
source = { virtual = "." }
dependencies = [${edges.map((name) => `{ name = "${name}" }`).join(', ')}]
${requiresDist === undefined ? '' : `[package.metadata]\nrequires-dist = [${requiresDist}]`}
`,
    (what) => new Error(what),
  );
  assert.ok(lock);
  return [lock, { file: 'pyproject.toml', requirements }];
}

for (const [what, requirements, edges, requiresDist] of [
  [
    'in another order and spelling',
    ['Six >=1.0, <2.0', 'attrs'],
    ['attrs', 'six'],
    '{ name = "attrs" }, { name = "six", specifier = "<2.0,>=1.0" }',
  ],
  [
    'with markers',
    ['six; python_version < "4"'],
    ['six'],
    '{ name = "six", marker = "python_full_version < \'4\'" }',
  ],
  [
    'with extras of its own',
    ['six'],
    ['six'],
    '{ name = "six" }, { name = "pytest", marker = "extra == \'dev\'" }',
  ],
  ['from a commit', ['six>=1'], ['six'], '{ name = "six", git = "https://git.example/six" }'],
  ['with a wildcard', ['six==1.*'], ['six'], '{ name = "six", specifier = "==1.*" }'],
  ['one that does not say what it was made for', ['six>=1'], ['six'], undefined],
] as [string, string[], string[], string | undefined][]) {
  test(`a lock that fits is taken: ${what}`, async () => {
    const declared = dependencies(requirements, edges, requiresDist);
    assert.equal(await outgrownLock(python, { dependencies: declared }), undefined);
  });
}

for (const [what, requirements, edges, requiresDist, reason] of [
  [
    'lacks a package',
    ['six', 'pyarrow>=10'],
    ['six'],
    '{ name = "six" }',
    /it was not locked for pyarrow>=10\. Run `uv lock`/,
  ],
  [
    'lacks one, and does not say what it was made for',
    ['six', 'pyarrow'],
    ['six'],
    undefined,
    /not locked for pyarrow/,
  ],
  ['has another range', ['six>=2'], ['six'], '{ name = "six", specifier = ">=1" }', /not locked for six>=2/],
  ['has another extra', ['six[a]'], ['six'], '{ name = "six" }', /not locked for six\[a\]/],
  [
    'has more',
    ['six'],
    ['six', 'attrs'],
    '{ name = "six" }, { name = "attrs", specifier = ">=1" }',
    /it was locked for attrs>=1, which is required no more/,
  ],
] as [string, string[], string[], string | undefined, RegExp][]) {
  test(`a lock that does not fit its project is refused: it ${what}`, async () => {
    const declared = dependencies(requirements, edges, requiresDist);
    assert.match((await outgrownLock(python, { dependencies: declared })) ?? '', reason);
  });
}
