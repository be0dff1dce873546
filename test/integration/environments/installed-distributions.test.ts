import assert from 'node:assert/strict';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createEnvironments } from '../../../src/environments/create-environments.js';
import { installedDistributions } from '../../../src/environments/installed-distributions.js';
import { makeVenv } from '../../fixtures/environments/make-venv.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();
const digest = async (...folders: string[]) => installedDistributions(folders)();

test('the digest is that of names and versions, wherever they are and however they are written', async () => {
  const wheel = await make({ 'numpy-2.1.0.dist-info/METADATA': '', 'PyYAML-6.0.dist-info/METADATA': '' });
  const first = await make({ 'pyyaml-6.0.egg-info/PKG-INFO': '', 'yaml/__init__.py': '' });
  const second = await make({ 'numpy-2.1.0-py3.11.egg-info/PKG-INFO': '' });
  assert.equal(await digest(first, second, '/no/such/folder'), await digest(wheel));
  assert.match(await digest(wheel), /^sha256:[0-9a-f]{64}$/);
  const newer = await make({ 'numpy-2.1.1.dist-info/METADATA': '', 'PyYAML-6.0.dist-info/METADATA': '' });
  const fewer = await make({ 'numpy-2.1.0.dist-info/METADATA': '' });
  const digests = await Promise.all([digest(wheel), digest(newer), digest(fewer), digest()]);
  assert.equal(new Set(digests).size, 4);
});

test('what is installed, upgraded or removed meanwhile counts at once', async () => {
  const folder = await make({ 'numpy-2.1.0.dist-info/METADATA': '' });
  const tell = installedDistributions([folder]);
  const before = await tell();
  await mkdir(join(folder, 'scipy-1.14.0.dist-info'));
  const installed = await tell();
  await rename(join(folder, 'scipy-1.14.0.dist-info'), join(folder, 'scipy-1.15.0.dist-info'));
  const upgraded = await tell();
  await rm(join(folder, 'scipy-1.15.0.dist-info'), { recursive: true });
  assert.equal(new Set([before, installed, upgraded]).size, 3);
  assert.equal(await tell(), before);
});

test('an environment tells its build of Python and what is installed in it', async () => {
  const folder = join(await make(), 'environment');
  const { install } = await makeVenv(folder);
  const { version, facts } = await createEnvironments({ python: folder, venvsFolder: '/nowhere' }).base();
  assert.ok(facts);
  const before = await facts();
  assert.ok(before.build.startsWith(version), before.build);
  if (process.platform === 'linux') assert.match(before.libc ?? '', /^(glibc \d|musl)/);
  await install({ 'pandas-2.2.0.dist-info/METADATA': '' });
  const after = await facts();
  assert.notEqual(after.distributions, before.distributions);
  assert.equal(after.build, before.build);
});
