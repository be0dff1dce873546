import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDeclarations } from '../../../src/bundles/metadata/read-declarations.js';
import { Attestation } from '../../../src/contracts/result/attestation.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();
const refuse = (what: string) => new Error(what);
const sourcesOf = async (files: Record<string, string>) =>
  (await readDeclarations(await make(files), refuse)).wire;

test('entry points of a project are read with their name, and without the extras that they need', async () => {
  const pyproject = `[project]
name = "Epi_Model"
version = "1.0"
[project.entry-points.console]
other = "a:b"
[project.entry-points."modelops.wire"]
sir = "epi.adapter:run [plots]"
seir = "epi:models.seir"
`;
  const of = { distribution: 'Epi_Model', version: '1.0' };
  assert.deepEqual(await sourcesOf({ 'pyproject.toml': pyproject }), {
    entryPoints: [
      { name: 'sir', value: 'epi.adapter:run', ...of },
      { name: 'seir', value: 'epi:models.seir', ...of },
    ],
    distributions: [],
  });
});

test('a project without entry points may be installed with some', async () => {
  const sources = await sourcesOf({
    'pyproject.toml': '[project]\nname = "Epi_Model"\ndependencies = ["A.b>1"]\n',
  });
  assert.deepEqual(sources, { entryPoints: [], distributions: ['a-b', 'epi-model'] });
});

test('an entry point that is no text is refused with its place', async () => {
  const pyproject = '[project]\nname = "epi"\n[project.entry-points."modelops.wire"]\nsir = 1\n';
  await assert.rejects(
    sourcesOf({ 'pyproject.toml': pyproject }),
    /pyproject\.toml.*sir.*must be a function/,
  );
});

const lines: [line: string, name: string | undefined][] = [
  ['numpy', 'numpy'],
  ['  Cala.Baria[plots,more] >=1 ; python_version > "3"', 'cala-baria'],
  ['a_b==1.0 \\', 'a-b'],
  ['a_b --hash=sha256:0', 'a-b'],
  ['name @ https://example.org/name-1.0.zip', 'name'],
  ['git+https://example.org/x.git#egg=Cala_Baria', 'cala-baria'],
  ['numpy # why', 'numpy'],
  ['--hash=sha256:0', undefined],
  ['# numpy', undefined],
  ['./local', undefined],
  ['https://example.org/x-1.0.zip', undefined],
  ['-c constraints.txt', undefined],
  ['-r ../outside.txt', undefined],
  ['-r absent.txt', undefined],
  ['-r more.txt', 'deeper'],
  ['--requirement=more.txt', 'deeper'],
];
for (const [line, name] of lines) {
  test(`the line ${JSON.stringify(line)} of a requirements.txt names ${name ?? 'no distribution'}`, async () => {
    const files = {
      'requirements.txt': `${line}\n`,
      'constraints.txt': 'constrained\n',
      'more.txt': '-r requirements.txt\n-r sub/deeper.txt\n',
      'sub/deeper.txt': 'deeper\n',
    };
    assert.deepEqual((await sourcesOf(files)).distributions, name === undefined ? [] : [name]);
  });
}

test('an attestation without the wire function, as it was stored before, is read as it is', () => {
  const identity = { pid: 1, start_time: '1', boot_id: 'b', pid_namespace: '' };
  const stored = {
    executor: 'cold',
    start_method: 'spawn',
    told: identity,
    seen: identity,
    nonce: 'a'.repeat(32),
    ordinal: 1,
    python: '3.11.7',
  };
  const wire = { function: 'epi.adapter:run', distribution: 'epi', version: null };
  for (const text of [stored, { ...stored, wire }]) assert.deepEqual(Attestation.parse(text), text);
});
