import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createEnvironments } from '../../../src/environments/create-environments.js';
import { makeVenv } from '../../fixtures/environments/make-venv.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();

/** Of numpy what tells its instruction sets, as in the version. */
function numpy(version: string, core: 'core' | '_core', features: Record<string, boolean>) {
  const has = Object.entries(features).map(([name, there]) => `"${name}": ${there ? 'True' : 'False'}`);
  return {
    [`numpy-${version}.dist-info/METADATA`]: '',
    'numpy/__init__.py': `print("not an answer")\nfrom .${core} import _multiarray_umath\n`,
    [`numpy/${core}/__init__.py`]: '',
    [`numpy/${core}/_multiarray_umath.py`]: `__cpu_features__ = {"SSE2": True, ${has}}\n__cpu_dispatch__ = ${JSON.stringify(Object.keys(features))}\n`,
  };
}

test('an environment tells between which instruction sets its numpy chooses here, and after an upgrade the new ones', async () => {
  const folder = join(await make(), 'environment');
  const { install } = await makeVenv(folder);
  const { numerics } = await createEnvironments({ python: folder, venvsFolder: '/nowhere' }).base();
  assert.deepEqual((await numerics()).numpyFeatures, [], 'there is no numpy');
  await install(numpy('1.26.4', 'core', { AVX2: true, AVX512F: true, AVX512_KNL: false }));
  assert.deepEqual((await numerics()).numpyFeatures, ['AVX2', 'AVX512F'], 'KNL is not what this machine has');
  await install(numpy('2.5.0', '_core', { X86_V3: true, X86_V4: false }));
  assert.deepEqual((await numerics()).numpyFeatures, ['X86_V3']);
});

test('a numpy that cannot be imported is named, and asked again when it was repaired', async () => {
  const folder = join(await make(), 'environment');
  const { install } = await makeVenv(folder, {
    'numpy-2.5.0.dist-info/METADATA': '',
    'numpy/__init__.py': 'import a_library_that_is_gone\n',
  });
  const { python, numerics } = await createEnvironments({
    python: folder,
    venvsFolder: '/nowhere',
  }).base();
  await assert.rejects(numerics(), {
    name: 'EnvironmentFailed',
    message: new RegExp(
      `^Cannot hold the numpy of ${python} to MODELOPS_CPU_BASELINE: it cannot be imported \\(No module named 'a_library_that_is_gone'\\)\\. Repair it`,
    ),
  });
  await rm(join(folder, 'lib'), { recursive: true });
  await install(numpy('2.5.0', '_core', { X86_V3: true }));
  assert.deepEqual((await numerics()).numpyFeatures, ['X86_V3']);
});
