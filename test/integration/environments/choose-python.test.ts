import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { choosePython } from '../../../src/environments/choose-python.js';
import { findPython } from '../../../src/environments/find-python.js';
import { EnvironmentFailed } from '../../../src/simulation/environment-failed.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();
const base = {
  ...(await findPython('python3')),
  version: '3.11.7',
  platform: 'linux-x86_64',
  libc: 'glibc 2.36',
};

/** Programs that answer as interpreters of these versions, by the names of their files. */
async function pythons(versions: Record<string, string>): Promise<string> {
  const folder = await make();
  const files = Object.entries(versions).map(([name, version]) => {
    const answer = {
      build: version,
      libc: 'glibc 2.36',
      path: [],
      executable: join(folder, name),
      version: version.split('.').map(Number),
      platform: 'linux-x86_64',
      prefix: folder,
    };
    return [
      name,
      `#!/bin/sh\n${version === '' ? 'exit 127' : `echo '${JSON.stringify(answer)}'`}\n`,
    ] as const;
  });
  const made = await make(Object.fromEntries(files));
  for (const [name] of files) await chmod(join(made, name), 0o755);
  return made;
}

const bundle = (range?: string, wheels: string[] = []) => ({
  pythonRanges: range === undefined ? [] : [{ range, file: 'pyproject.toml' }],
  dependencies: [
    {
      file: 'uv.lock' as const,
      root: 'm',
      packages: [
        {
          name: 'a',
          version: '1',
          dependencies: [],
          extras: {},
          origin: { source: {}, files: [], wheels, inBundle: false },
        },
      ],
    },
  ],
});

test('the Python of all bundles is taken where it fits, else the newest that fits and has wheels', async () => {
  const folder = await pythons({
    'python3.10': '3.10.4',
    'python3.12': '3.12.3',
    'python3.13': '3.13.0',
    'python3.14': '',
  });
  const paths = ['python3.10', 'python3.14', 'python3.12', 'python3.13'].map((name) => join(folder, name));
  const chosen = async (...of: Parameters<typeof bundle>) =>
    (await choosePython(base, bundle(...of), paths)).version;
  const wheel = (minor: number) => `a-1-cp3${minor}-cp3${minor}-manylinux_2_17_x86_64.whl`;
  assert.equal(await chosen(), '3.11.7');
  assert.equal(await chosen('>=3.9', [wheel(11), wheel(13)]), '3.11.7');
  assert.equal(await chosen('>=3.12'), '3.13.0');
  assert.equal(await chosen('>=3.9', [wheel(10), wheel(12)]), '3.12.3');
  assert.equal(await chosen('<3.12', [wheel(10), wheel(12)]), '3.10.4');
  // The installer says what is wrong.
  assert.equal(await chosen('>=3.9', [wheel(8)]), '3.11.7');
  await assert.rejects(choosePython(base, bundle('>=3.14'), paths), (error) => {
    assert.ok(error instanceof EnvironmentFailed);
    assert.match(
      error.message,
      /pyproject\.toml requires >=3\.14, and the Pythons here are 3\.11\.7 .*3\.13\.0 .*3\.12\.3 .*3\.10\.4 .*MODELOPS_PYTHONS/,
    );
    return true;
  });
});

test('Pythons are found on PATH and where pyenv and uv keep them', async () => {
  const names = ['PATH', 'PYENV_ROOT', 'UV_PYTHON_INSTALL_DIR'] as const;
  const before = names.map((name) => process.env[name]);
  try {
    const script = '#!/bin/sh\n';
    const answer = (version: string) =>
      `${script}echo '${JSON.stringify({ build: version, libc: '', path: [], executable: `/x/${version}`, version: version.split('.').map(Number), platform: 'linux-x86_64', prefix: '/' })}'\n`;
    const onPath = await make({ 'python3.90': answer('3.90.0') });
    const pyenv = await make({ 'versions/3.91.0/bin/python3.91': answer('3.91.0') });
    const uv = await make({ 'cpython-3.92/bin/python3.92': answer('3.92.0') });
    for (const path of [
      join(onPath, 'python3.90'),
      join(pyenv, 'versions/3.91.0/bin/python3.91'),
      join(uv, 'cpython-3.92/bin/python3.92'),
    ])
      await chmod(path, 0o755);
    Object.assign(process.env, {
      PATH: `${onPath}:/usr/bin:/bin`,
      PYENV_ROOT: pyenv,
      UV_PYTHON_INSTALL_DIR: uv,
    });
    for (const [range, version] of [
      ['==3.90.*', '3.90.0'],
      ['==3.91.*', '3.91.0'],
      ['>=3.90', '3.92.0'],
    ] as const)
      assert.equal((await choosePython(base, bundle(range))).version, version);
  } finally {
    for (const [at, name] of names.entries()) {
      const value = before[at];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
});
