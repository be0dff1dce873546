import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { readDeclarations } from '../../../src/bundles/metadata/read-declarations.js';
import { makeFolder } from '../../fixtures/files/make-folder.js';

async function read(files: Record<string, string>) {
  const folder = await makeFolder({ 'wire.py': '', ...files });
  try {
    return await readDeclarations(
      folder,
      (what, cause) => new Error(`Cannot use the bundle: ${what}`, { cause }),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

const manifest = (content: object) => ({ '.modelops/manifest.json': JSON.stringify(content) });

test('a bundle that says nothing of itself is like any other', async () => {
  assert.deepEqual(await read({}), {
    metadata: {},
    pythonRanges: [],
    dependencies: [],
    wire: { entryPoints: [], distributions: [] },
    models: [],
    remarks: [],
  });
});

test('metadata may stand in the manifest, in pyproject.toml, or in both when they agree', async () => {
  const metadata = {
    wire: 'model.entry:simulate',
    requires_fresh_process: true,
    timeout_seconds: 1.5,
    memory_bytes: 2_000_000_000,
    python: '>=3.10,<4',
    import_early: false,
    start_method: 'forkserver',
    network: false,
  };
  const toml = `[tool.modelops]\n${Object.entries(metadata)
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
    .join('\n')}\n`;
  const inManifest = await read(manifest(metadata));
  const inToml = await read({ 'pyproject.toml': toml });
  const inBoth = await read({ ...manifest(metadata), 'pyproject.toml': toml });
  for (const { metadata: read } of [inManifest, inToml, inBoth]) assert.deepEqual(read, metadata);
  assert.deepEqual(inManifest.pythonRanges, [{ range: '>=3.10,<4', file: '.modelops/manifest.json' }]);
  assert.deepEqual(inToml.pythonRanges, [{ range: '>=3.10,<4', file: 'pyproject.toml' }]);
});

for (const [what, files, reason] of [
  [
    'an unknown key',
    manifest({ requires_fresh_proces: true }),
    /in its \.modelops\/manifest\.json, requires_fresh_proces is not a field .* did you mean "requires_fresh_process"\?/,
  ],
  [
    'an unknown key in pyproject.toml',
    { 'pyproject.toml': '[tool.modelops]\ndeadline = 3\n' },
    /in its \[tool\.modelops\] in pyproject\.toml, deadline is not a field .*: its fields are wire, requires_fresh_process, timeout_seconds/,
  ],
  [
    'a limit of nothing',
    manifest({ timeout_seconds: 0 }),
    /timeout_seconds is 0: it must be a number above 0/,
  ],
  ['half a byte', manifest({ memory_bytes: 0.5 }), /memory_bytes is 0\.5: it must be a whole number/],
  [
    'a word for a truth',
    manifest({ requires_fresh_process: 'yes' }),
    /is the string "yes": it must be true or false/,
  ],
  ['no range of versions', manifest({ python: '3.11' }), /python is the string "3\.11": it must be a range/],
  ['an unknown start method', manifest({ start_method: 'fork' }), /it must be "spawn" or "forkserver"/],
  ['no name of a function', manifest({ wire: 5 }), /wire is 5: it must be the name of a function/],
  [
    'two files that disagree',
    { ...manifest({ timeout_seconds: 60 }), 'pyproject.toml': '[tool.modelops]\ntimeout_seconds = 90\n' },
    /timeout_seconds is 60 in its \.modelops\/manifest\.json and 90 in its pyproject\.toml: make them agree/,
  ],
  ['broken TOML', { 'pyproject.toml': '[project\n' }, /its pyproject\.toml is not TOML: /],
  ['a broken lock', { 'uv.lock': 'package = 3' }, /in its uv\.lock, package/],
  [
    'a lock of a commit',
    { 'pylock.toml': '[[packages]]\nname = "a"\nvcs = { url = "https://g.example/a" }\n' },
    /its pylock\.toml locks a from where no index is/,
  ],
  [
    'dependencies that are no list',
    { 'pyproject.toml': '[project]\ndependencies = "numpy"\n' },
    /in its pyproject\.toml, project\.dependencies is the string "numpy": it must be a list/,
  ],
] as [string, Record<string, string>, RegExp][]) {
  test(`metadata with ${what} is refused`, async () => {
    await assert.rejects(read(files), reason);
  });
}

test('a manifest as ModelOps writes it is understood', async () => {
  const { metadata, remarks } = await read(
    manifest({
      schema_version: '1.1',
      wire: 'test_bundle/wire.py:wire_function',
      models: { 'models.sir:SIR': { class: 'models.sir:SIR', files: ['models/sir.py'] } },
      files: { 'models/sir.py': { sha256: '0', size: 1 } },
      bundle_digest: 'bundle:0',
      environment: null,
    }),
  );
  assert.deepEqual(metadata, { wire: 'test_bundle/wire.py:wire_function' });
  assert.deepEqual(remarks, []);
});

test('a manifest that is no JSON object counts as absent, and that is said', async () => {
  for (const text of ['{ "wire": ', '["wire"]', '']) {
    const { metadata, remarks } = await read({ '.modelops/manifest.json': text });
    assert.deepEqual(metadata, {});
    assert.match(remarks.join(), /\.modelops\/manifest\.json is no JSON object, and counts as absent/);
  }
});

test("ModelOps' modelops.toml names the wire function where nothing else does", async () => {
  const toml = { '.modelops/modelops.toml': '[modelops]\nwire = "from.toml:wire"\n' };
  assert.equal((await read(toml)).metadata.wire, 'from.toml:wire');
  assert.equal((await read({ ...toml, ...manifest({ wire: 'a:b' }) })).metadata.wire, 'a:b');
  assert.equal((await read({ '.modelops/modelops.toml': 'broken' })).metadata.wire, undefined);
});

test('the versions that a project requires count too', async () => {
  const project = '[project]\nname = "m"\nrequires-python = ">=3.12"\n[tool.modelops]\npython = ">=3.9"\n';
  assert.deepEqual((await read({ 'pyproject.toml': project })).pythonRanges, [
    { range: '>=3.9', file: 'pyproject.toml' },
    { range: '>=3.12', file: 'pyproject.toml' },
  ]);
});

test('dependencies are those of the project, with its lock; requirements.txt counts where the project names none', async () => {
  const requirements = { 'requirements.txt': '# packages\nnumpy>=1\n' };
  const project = { 'pyproject.toml': '[project]\nname = "m"\ndependencies = ["scipy>=1.10"]\n' };
  const lock = {
    'uv.lock': `version = 1
[[package]]
name = "scipy"
version = "1.11.4"
source = { registry = "https://pypi.org/simple" }
dependencies = [{ name = "numpy", marker = "python_full_version < '3.12'" }]
[[package]]
name = "m"
source = { editable = "." }
dependencies = [{ name = "scipy", extra = ["x"] }]
[package.metadata]
requires-dist = [
    { name = "scipy", extras = ["x"], specifier = ">=1.10" },
    { name = "pytest", marker = "extra == 'dev'" },
]
`,
  };
  const of = async (files: Record<string, string>) =>
    (await read(files)).dependencies.map(({ file }) => file);
  assert.deepEqual(await of(requirements), ['requirements.txt']);
  assert.deepEqual(await of({ ...requirements, ...project }), ['pyproject.toml']);
  assert.deepEqual(await of({ ...requirements, 'pyproject.toml': '[project]\nname = "m"\n' }), [
    'requirements.txt',
  ]);
  assert.deepEqual(await of({ 'requirements.txt': '\n# nothing\n' }), []);
  const pylock = {
    'pylock.toml':
      '[[packages]]\nname = "scipy"\nversion = "1.16.0"\nmarker = "os_name == \'posix\'"\nsdist = { hashes = { sha256 = "a" } }\nwheels = [{ hashes = { sha256 = "b" } }]\n',
  };
  assert.deepEqual((await read({ ...requirements, ...project, ...pylock })).dependencies, [
    {
      file: 'pylock.toml',
      requirements: ["scipy==1.16.0; os_name == 'posix' --hash=sha256:a --hash=sha256:b"],
    },
  ]);
  assert.deepEqual(await of({ ...project, ...pylock, ...lock }), ['uv.lock', 'pyproject.toml']);
  const [locked, ...more] = (await read({ ...requirements, ...project, ...lock })).dependencies;
  assert.deepEqual(more, [{ file: 'pyproject.toml', requirements: ['scipy>=1.10'] }]);
  assert.deepEqual(locked, {
    file: 'uv.lock',
    root: 'm',
    packages: [
      {
        name: 'scipy',
        version: '1.11.4',
        dependencies: [{ name: 'numpy', marker: "python_full_version < '3.12'", extras: [] }],
        extras: {},
        origin: { source: { registry: 'https://pypi.org/simple' }, files: [], wheels: [], inBundle: false },
      },
      { name: 'm', dependencies: [{ name: 'scipy', extras: ['x'] }], extras: {} },
    ],
    lockedFor: [{ name: 'scipy', extras: ['x'], specifier: '>=1.10' }],
  });
});

const project = (more = '') => `[project]
name = "model"
dependencies = ["numpy>=2"]
[project.optional-dependencies]
fast = ["numba", "model[io]"]
io = ["pyarrow"]
plots = ["matplotlib"]
[dependency-groups]
test = ["pytest", {include-group = "lint"}]
lint = ["ruff"]
${more}`;

test('extras and groups that a bundle needs are among its dependencies, with those that they name', async () => {
  const { dependencies } = await read({
    'pyproject.toml': project('[tool.modelops]\nextras = ["Fast"]\ngroups = ["test"]\n'),
  });
  assert.deepEqual(dependencies, [
    { file: 'pyproject.toml', requirements: ['numpy>=2', 'numba', 'pyarrow', 'pytest', 'ruff'] },
  ]);
  await assert.rejects(
    read({ 'pyproject.toml': project('[tool.modelops]\nextras = ["gpu"]\n') }),
    /it needs the extra gpu, and \[project\.optional-dependencies\] in its pyproject\.toml has only fast, io, plots\./,
  );
  await assert.rejects(
    read(manifest({ groups: ['dev'] })),
    /it needs the group dev, and \[dependency-groups\] in its pyproject\.toml has none\./,
  );
});

test('a pylock.toml that lacks what the project requires is refused', async () => {
  const pylock = '[[packages]]\nname = "numpy"\nversion = "2.1"\nwheels = [{ hashes = { sha256 = "0" } }]\n';
  const files = { 'pylock.toml': pylock, 'pyproject.toml': project() };
  assert.equal((await read(files)).dependencies[0]?.file, 'pylock.toml');
  await assert.rejects(
    read({ ...files, ...manifest({ extras: ['plots'] }) }),
    /its pylock\.toml lacks matplotlib, which its pyproject\.toml requires/,
  );
});

for (const [file, named, command] of [
  ['poetry.lock', false, 'poetry export --output requirements.txt'],
  ['poetry.lock', true, 'uv lock'],
  ['Pipfile.lock', false, 'pipenv requirements --hash > requirements.txt'],
  ['Pipfile.lock', true, 'uv lock'],
  ['environment.yml', false, 'conda env create --file environment.yml'],
] as const) {
  const where = named ? ', beside a project' : '';
  test(`a ${file}${where} is named with the command that makes of it what is taken, until that is there`, async () => {
    const files = { [file]: '', ...(named && { 'pyproject.toml': project() }) };
    const { otherLock, remarks } = await read(files);
    assert.equal(otherLock?.file, file);
    assert.ok(otherLock?.instead.includes(`\`${command}\``), otherLock?.instead);
    assert.deepEqual(remarks, [`Its ${file} says what it needs, and is not taken. ${otherLock?.instead}`]);
    const taken = named
      ? {
          'uv.lock':
            '[[package]]\nname = "model"\nsource = { virtual = "." }\ndependencies = [{ name = "numpy" }]\n',
        }
      : { 'requirements.txt': 'numpy\n' };
    assert.equal((await read({ ...files, ...taken })).otherLock, undefined);
  });
}

test('a pylock.toml says for which versions of Python it was made', async () => {
  const { pythonRanges } = await read({
    'pylock.toml':
      'requires-python = ">=3.12"\n[[packages]]\nname = "six"\nversion = "1"\nwheels = [{ hashes = { sha256 = "0" } }]\n',
  });
  assert.deepEqual(pythonRanges, [{ range: '>=3.12', file: 'pylock.toml' }]);
});
