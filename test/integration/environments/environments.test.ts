import assert from 'node:assert/strict';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { createEnvironments } from '../../../src/environments/create-environments.js';
import { findPython } from '../../../src/environments/find-python.js';
import { EnvironmentFailed } from '../../../src/simulation/environment-failed.js';
import { bareBundle } from '../../fixtures/bundles/bare-bundle.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();

const bundle = bareBundle('/nowhere');
const venvsFolder = '/nowhere';

test('a name on PATH becomes the absolute path of the interpreter and its version', async () => {
  const { python, version } = await createEnvironments({ python: 'python3', venvsFolder }).forBundle(bundle);
  assert.match(python, /^\//);
  assert.match(version, /^3\.\d+\.\d+$/);
  assert.equal((await findPython(python)).python, python);
});

test('a virtual environment, by folder or by interpreter, keeps its own interpreter', async () => {
  const folder = await make();
  const base = await findPython('python3');
  await execa(base.python, ['-m', 'venv', '--without-pip', join(folder, 'venv')]);
  for (const name of [
    join(folder, 'venv'),
    join(folder, 'venv', 'bin', 'python'),
    relative('.', join(folder, 'venv')),
  ]) {
    const { python } = await findPython(name);
    assert.equal(python, join(folder, 'venv', 'bin', 'python'));
    const { stdout } = await execa(python, ['-I', '-c', 'import sys; print(sys.prefix)']);
    assert.equal(stdout, join(folder, 'venv'));
  }
});

test('a virtual environment whose Python is gone is called that, by folder or by interpreter', async () => {
  const folder = await make({ 'base/python3': '', 'venv/pyvenv.cfg': '' });
  await writeFile(join(folder, 'venv', 'pyvenv.cfg'), `home = ${join(folder, 'base')}\nversion = 3.11.7\n`);
  await mkdir(join(folder, 'venv', 'bin'));
  const interpreter = join(folder, 'venv', 'bin', 'python');
  await symlink(join(folder, 'base', 'python3'), interpreter);
  await rm(join(folder, 'base'), { recursive: true });
  for (const kind of ['a link to it', 'a copy of it']) {
    for (const name of [join(folder, 'venv'), interpreter]) {
      await assert.rejects(
        findPython(name),
        (error) => {
          assert.ok(error instanceof EnvironmentFailed);
          assert.match(
            error.message,
            /the virtual environment .*venv was made with the Python in .*base, which is gone/,
          );
          assert.match(error.message, /Make the environment again/);
          return true;
        },
        kind,
      );
    }
    await rm(interpreter);
    // What a copy says without its library, of which it has none.
    await writeFile(interpreter, '#!/bin/sh\necho "No module named \'encodings\'" >&2\nexit 1\n', {
      mode: 0o755,
    });
  }
});

test('Python is asked once, and asked again after it could not be found', async () => {
  const folder = await make({
    'python*': '#!/bin/sh\necho asked >> "$(dirname "$0")/asked"\nexec python3 "$@"\n',
  });
  const path = join(folder, 'python');
  const environments = createEnvironments({ python: path, venvsFolder });
  await Promise.all([environments.forBundle(bundle), environments.forBundle(bundle)]);
  await environments.forBundle(bundle);
  const { stdout } = await execa('cat', [join(folder, 'asked')]);
  assert.equal(stdout, 'asked');

  const later = createEnvironments({ python: join(folder, 'later'), venvsFolder });
  await assert.rejects(later.forBundle(bundle), EnvironmentFailed);
  await symlink(path, join(folder, 'later'));
  assert.match((await later.forBundle(bundle)).version, /^3\./);
});

for (const [what, files, name, reason] of [
  [
    'is not there',
    {},
    'python',
    /Cannot find the Python .*python: it does not exist here\. Install Python 3\.9/,
  ],
  ['is not executable', { python: '' }, 'python', /it is not executable \(EACCES\)/],
  ['is another program', { 'python*': '#!/bin/sh\necho hello\n' }, 'python', /it answers as no Python does/],
  [
    'fails',
    { 'python*': '#!/bin/sh\necho no licence >&2\nexit 3\n' },
    'python',
    /it exits with 3 \(no licence\)/,
  ],
  [
    'is a folder without an interpreter',
    { 'python/readme': '' },
    'python',
    /it is a folder without bin\/python/,
  ],
  [
    'is too old',
    {
      'python*': `#!/bin/sh\necho '{"executable": "/usr/bin/python3", "version": [3, 8, 20], "platform": "", "prefix": "/usr", "build": "3.8.20", "libc": "", "path": []}'\n`,
    },
    'python',
    /it is Python 3\.8\.20, 3\.9 or newer is required/,
  ],
] satisfies [string, Record<string, string>, string, RegExp][]) {
  test(`a Python that ${what} fails for good, with what to do`, async () => {
    const folder = await make(files);
    await assert.rejects(
      createEnvironments({ python: join(folder, name), venvsFolder }).forBundle(bundle),
      (error) => {
        assert.ok(error instanceof EnvironmentFailed, String(error));
        assert.match(error.message, reason);
        assert.match(error.message, /MODELOPS_PYTHON|Name an interpreter/);
        return true;
      },
    );
  });
}

test('a name that is nowhere on PATH fails for good', async () => {
  await assert.rejects(findPython('python-that-does-not-exist'), EnvironmentFailed);
});

test('the current folder cannot stand in for modules of Python', async () => {
  const folder = await make({ 'json.py': 'raise SystemExit(9)' });
  const { stdout } = await execa(
    'node',
    [
      '-e',
      `import(${JSON.stringify(new URL('../../../src/environments/find-python.js', import.meta.url).href)}).then(async (m) => console.log((await m.findPython('python3')).version))`,
    ],
    { cwd: folder },
  );
  assert.match(stdout, /^3\./);
});

test('an interpreter that is asked who it is sees no key', async () => {
  const folder = await make({ 'python*': '#!/bin/sh\nenv > "$(dirname "$0")/seen"\nexec python3 "$@"\n' });
  const python = join(folder, 'python');
  process.env.AZURE_STORAGE_CONNECTION_STRING = 'AccountKey=hunter2';
  try {
    await createEnvironments({ python, venvsFolder: join(folder, 'venvs') }).base();
    const environment = await readFile(join(folder, 'seen'), 'utf8');
    assert.match(environment, /^PATH=/m);
    assert.doesNotMatch(environment, /hunter2|AZURE/);
  } finally {
    delete process.env.AZURE_STORAGE_CONNECTION_STRING;
  }
});
