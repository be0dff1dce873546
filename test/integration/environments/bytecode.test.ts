import assert from 'node:assert/strict';
import { readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeBytecode } from '../../../src/environments/bytecode/make-bytecode.js';
import { makeVenv } from '../../fixtures/environments/make-venv.js';
import { bundleOf, make, project, run, stand, withUv } from './build-stand.js';

const files = {
  'one/__init__.py': 'x = 1\n',
  'one/wrong.py': 'def (:\n',
  'one/latin.py': '# coding: latin-1\nname = "\xe9"\n',
  'one/tests/test_one.py': 'x = 1\n',
};

/** Paths of bytecode below site-packages. */
async function compiled(environment: string): Promise<string[]> {
  const lib = join(environment, 'lib');
  const found = await readdir(lib, { recursive: true });
  return found
    .filter((path) => path.includes('__pycache__/'))
    .map((path) => join(lib, path))
    .sort();
}

test('bytecode is made of all that compiles, but for tests, and imports take it', async () => {
  const venv = await makeVenv(join(await make(), 'venv'), files);
  await makeBytecode(venv.folder, { beside: true });
  const names = (await compiled(venv.folder)).map((path) =>
    path.replace(/^.*site-packages\/|\.cpython-\d+/g, ''),
  );
  assert.deepEqual(names, ['one/__pycache__/__init__.pyc', 'one/__pycache__/latin.pyc']);
  const { stderr } = await run(venv.python, ['-I', '-B', '-v', '-c', 'import one.latin']);
  assert.equal(stderr.match(/code object from '[^']*one[^']*\.pyc'/g)?.length, 2);
});

test('what is made already is left alone, and what another Python or source has left is made anew', async () => {
  const venv = await makeVenv(join(await make(), 'venv'), files);
  await makeBytecode(venv.folder, { beside: false });
  const [kept = '', cut = ''] = await compiled(venv.folder);
  const before = await stat(kept);
  await truncate(cut, 7);
  await rm(join(venv.folder, 'bytecode'));
  await makeBytecode(venv.folder, { beside: false });
  assert.equal((await stat(kept)).ino, before.ino);
  assert.ok((await stat(cut)).size > 16);
});

test('of those who ask at once one makes it', async () => {
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`many/m${at}.py`, 'x = 1\n']));
  const venv = await makeVenv(join(await make(), 'venv'), many);
  const all = Array.from({ length: 4 }, () => makeBytecode(venv.folder, { beside: false }));
  await Promise.all(all);
  assert.equal((await compiled(venv.folder)).length, 200);
});

withUv(() => {
  test('an environment whose bytecode is being made, or was cut off, is whole', async () => {
    const { environments, open } = await stand();
    const bundle = await bundleOf({ 'pyproject.toml': project('mopsdep==1.0') });
    const { python } = await environments.forBundle(bundle);
    const folder = join(python, '..', '..');
    await makeBytecode(folder, { beside: false });
    const built = await stat(join(folder, 'cold-functions.json'));
    for (const path of await compiled(folder)) await truncate(path, 3);
    await open().forBundle(bundle);
    assert.equal((await stat(join(folder, 'cold-functions.json'))).ino, built.ino);
  });
});
