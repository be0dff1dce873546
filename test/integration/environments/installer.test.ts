import assert from 'node:assert/strict';
import { appendFile, chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { findInstaller } from '../../../src/environments/build/find-installer.js';

const folder = await mkdtemp(join(tmpdir(), 'mops-installer-'));
after(() => rm(folder, { recursive: true }));
process.env.PATH = [folder, process.env.PATH].join(delimiter);
const uv = join(folder, 'uv');
const asked = join(folder, 'asked');

/** Puts another uv in the place of one that may be there. */
async function place(version: string): Promise<void> {
  const next = join(folder, 'next');
  await writeFile(next, `#!/bin/sh\necho "$*" >>'${asked}'\necho 'uv ${version}'\n`);
  await chmod(next, 0o755);
  await rename(next, uv);
  await writeFile(asked, '');
}

const timesAsked = async () => (await readFile(asked, 'utf8')).split('\n').length - 1;

test('what a uv could not say is asked again', async () => {
  await place('3.0.0');
  const broken = (await readFile(uv, 'utf8')).replace(
    "echo 'uv",
    'test "$1" = --version || exit 1\necho \'uv',
  );
  await writeFile(join(folder, 'next'), broken);
  await chmod(join(folder, 'next'), 0o755);
  await rename(join(folder, 'next'), uv);
  for (let time = 1; time <= 2; time++) {
    assert.equal((await findInstaller('python3', uv)).cache, undefined);
    assert.equal(await timesAsked(), 2 * time);
  }
});

for (const [how, named] of [
  ['MODELOPS_UV', uv],
  ['PATH', undefined],
] as const) {
  test(`a uv on ${how} is asked once, and anew when another one takes its place`, async () => {
    await place(`1.${how.length}.0`);
    for (let time = 0; time < 2; time++)
      assert.equal((await findInstaller('python3', named)).name, `uv 1.${how.length}.0`);
    assert.equal(await timesAsked(), 2, 'for its version, and its cache');
    await place(`2.${how.length}.0`);
    assert.equal((await findInstaller('python3', named)).name, `uv 2.${how.length}.0`);
    await appendFile(uv, 'exit 1\n');
    await assert.rejects(findInstaller('/nowhere/python3', uv), /does not answer as uv/);
  });
}
