import assert from 'node:assert/strict';
import { rm, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createEnvironments } from '../../../src/environments/create-environments.js';
import { environmentId } from '../../../src/environments/environment-id.js';
import { findPython } from '../../../src/environments/find-python.js';
import { readDeclaration } from '../../../src/environments/read-declaration.js';
import { EnvironmentFailed } from '../../../src/simulation/environment-failed.js';
import { bareBundle } from '../../fixtures/bundles/bare-bundle.js';
import { distInfo } from '../../fixtures/environments/dist-info.js';
import { makeVenv } from '../../fixtures/environments/make-venv.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();

/** A base interpreter with nothing installed, a folder for environments, and a bundle that declares numpy. */
async function stand(pythonRange = '>=3.9') {
  const path = await make({ 'wire.py': '' });
  const folder = await make();
  const base = await makeVenv(join(folder, 'base'));
  const venvsFolder = join(folder, 'venvs');
  const bundle = bareBundle(path, {
    pythonRanges: [{ range: pythonRange, file: 'pyproject.toml' }],
    dependencies: [{ file: 'pyproject.toml', requirements: ['numpy>=2'] }],
  });
  const id = environmentId(await readDeclaration(bundle), await findPython(base.python));
  const environments = createEnvironments({ python: base.python, venvsFolder });
  return { base, bundle, environments, venv: join(venvsFolder, id) };
}

const fails = (reason: RegExp) => (error: unknown) => {
  assert.ok(error instanceof EnvironmentFailed, String(error));
  assert.match(error.message, reason);
  return true;
};

test('an environment that was built for the bundle is used, from the moment it is there until it is removed', async () => {
  const { base, bundle, environments, venv } = await stand();
  await assert.rejects(
    environments.forBundle(bundle),
    fails(
      new RegExp(
        `or build one at ${venv}, which the app does itself without MODELOPS_ENVIRONMENTS=installed\\.$`,
      ),
    ),
  );

  await makeVenv(venv, distInfo('numpy', '2.1.0'));
  assert.equal((await environments.forBundle(bundle)).python, join(venv, 'bin', 'python'));
  const same = { ...bundle, digest: `sha256:${'2'.repeat(64)}` };
  assert.equal((await environments.forBundle(same)).python, join(venv, 'bin', 'python'));

  await rm(venv, { recursive: true });
  await assert.rejects(environments.forBundle(bundle), fails(/numpy>=2 is not installed/));
  await base.install(distInfo('numpy', '2.0'));
  assert.equal((await environments.forBundle(bundle)).python, base.python);
});

test('an environment that lacks something is refused, though the base interpreter has it', async () => {
  const { base, bundle, environments, venv } = await stand();
  await base.install(distInfo('numpy', '2.0'));
  const built = await makeVenv(venv, distInfo('numpy', '1.26'));
  await assert.rejects(
    environments.forBundle(bundle),
    fails(
      new RegExp(
        `^Cannot run the bundle in the environment at ${venv} \\(Python 3\\.\\d+\\.\\d+\\): of what pyproject\\.toml declares, numpy>=2 is not satisfied \\(1\\.26 is installed\\)\\. Install it there, or remove that environment\\.$`,
      ),
    ),
  );
  await built.install({ ...distInfo('numpy', '2.2'), 'numpy-1.26.dist-info/METADATA': '' });
  assert.equal((await environments.forBundle(bundle)).python, built.python);
});

test('an environment of the wrong Python is refused', async () => {
  const { bundle, environments, venv } = await stand('>=4');
  await makeVenv(venv, distInfo('numpy', '2.1.0'));
  await assert.rejects(
    environments.forBundle(bundle),
    fails(/in the environment at .*: it is Python 3\..*, pyproject\.toml requires >=4\. Build it anew/),
  );
});

test('an environment whose Python is gone is refused', async () => {
  const { bundle, environments, venv } = await stand();
  const built = await makeVenv(venv, distInfo('numpy', '2.1.0'));
  await unlink(built.python);
  await symlink('/no/such/python', built.python);
  await assert.rejects(
    environments.forBundle(bundle),
    fails(/in the environment at .*: its interpreter cannot be used\. Build it anew, or remove it/),
  );
});

test('a bundle that declares nothing runs in the base interpreter', async () => {
  const { base, bundle, environments } = await stand();
  const plain = bareBundle(bundle.path);
  assert.deepEqual(await environments.forBundle(plain), await environments.base());
  assert.equal((await environments.base()).python, base.python);
});
