import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { createEnvironments } from '../../../src/environments/create-environments.js';
import { asks, endAsked, until } from './asking-process.js';
import {
  bundleOf,
  index,
  left,
  make,
  options,
  project,
  python,
  stand,
  versions,
  withUv,
} from './build-stand.js';

after(endAsked);

const folderOf = (interpreter: string) => dirname(dirname(interpreter));

withUv(() => {
  test('the environment used longest ago makes room, never one that a living process has used', async () => {
    const { folder } = await stand();
    const build = { ...options(), indexUrl: index.url, extraIndexUrls: [], fresh: false, retry: false };
    const request = async (requirement: string, limitBytes = 2 ** 40) => ({
      python,
      venvsFolder: folder,
      build: { ...build, limitBytes },
      bundle: await bundleOf({ 'pyproject.toml': project(requirement) }),
    });
    const older = await asks(await request('mopsdep==1.0')).done;
    const old = await asks(await request('mopsdep==1.1')).done;
    // Killed or ended, what they held is free once they have given no sign of life for long.
    await rm(join(folder, 'leases'), { recursive: true });
    await utimes(folderOf(older), 1e9, 1e9);
    const user = asks({ ...(await request('mopsdep==2.0')), stay: true });
    const used = await user.ready;
    // As if it had slept, and somebody had taken its lease for that of a dead one.
    for (const lease of await readdir(join(folder, 'leases'))) await rm(join(folder, 'leases', lease));
    await until(async () => (await readdir(join(folder, 'leases'))).length > 0, 'the lease');
    await utimes(folderOf(used), 1e8, 1e8);

    const { bundle, ...last } = await request('mopsmodel', 1);
    const { python: built } = await createEnvironments(last).forBundle(bundle);
    await until(() => !existsSync(older) && !existsSync(old), 'the end of those that nobody uses');
    assert.equal(await versions(used, 'mopsdep'), '2.0');
    assert.equal(await versions(built, 'mopsmodel'), '1.0');
    await until(async () => !(await left(folder)).some((name) => name.includes('tmp')), 'the removal');
    // Built again it is the same.
    assert.equal(await asks(await request('mopsdep==1.0')).done, older);
    assert.equal(await versions(older, 'mopsdep'), '1.0');
  });

  test('an environment whose Python was replaced is built anew', async () => {
    const { folder, open } = await stand();
    const bundle = await bundleOf({ 'pyproject.toml': project('mopsdep==1.0') });
    const { python: built } = await open().forBundle(bundle);
    const mark = join(folderOf(built), 'cold-functions.json');
    const whole = JSON.parse(await readFile(mark, 'utf8'));
    assert.deepEqual(whole.distributions, { mopsdep: '1.0' });
    for (const [name, value] of Object.entries({
      version: '3.9.0',
      platform: 'other',
      prefix: '/other',
      soabi: 'other',
      file: { ...whole.python.file, size: 1 },
    })) {
      await writeFile(mark, JSON.stringify({ ...whole, python: { ...whole.python, [name]: value } }));
      const stray = join(folderOf(built), 'stray');
      await writeFile(stray, '');
      assert.equal((await open().forBundle(bundle)).python, built);
      assert.equal(existsSync(stray), false, name);
    }
    assert.deepEqual(await left(folder), ['id', 'id.log', 'id.resolved.txt']);
  });

  test('what a killed build left is removed when a worker starts, and what others put there is not', async () => {
    const { folder, open } = await stand();
    const id = '0'.repeat(32);
    await mkdir(join(folder, `${id}.tmp-1`, 'environment'), { recursive: true });
    await mkdir(join(folder, '1'.repeat(32), 'bin'), { recursive: true });
    await mkdir(join(folder, 'mine'));
    await open().removeRubbish();
    assert.deepEqual(await left(folder), ['id', 'mine']);
    await rename(join(folder, 'mine'), join(await make(), 'mine'));
  });
});
