import assert from 'node:assert/strict';
import { chmod, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkWritable } from '../../../src/files/check-writable.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();

async function refusal(folder: string): Promise<string> {
  return checkWritable(folder).then(
    () => assert.fail('it can be written to'),
    (error: Error) => error.message,
  );
}

test('a folder that can be made is not made, and nothing is left in the one above', async () => {
  const folder = await make({});
  await checkWritable(folder);
  await checkWritable(join(folder, 'a', 'b'));
  assert.deepEqual(await readdir(folder), []);
});

test('a folder that cannot be made is named with what stands in its way', async () => {
  const folder = await make({ file: '' });
  assert.equal(
    await refusal(join(folder, 'file', 'results')),
    `Cannot write to the folder ${join(folder, 'file', 'results')}: a part of its path is a file (ENOTDIR). Name another place.`,
  );
  assert.match(await refusal(join(folder, 'file')), /file is a file\. Name another place\.$/);
  assert.match(await refusal(join(folder, 'n'.repeat(300))), /too long for the disk \(ENAMETOOLONG\)/);
  await symlink('circle', join(folder, 'circle'));
  assert.match(await refusal(join(folder, 'circle', 'x')), /lead in a circle \(ELOOP\)/);
  await symlink('nowhere', join(folder, 'broken'));
  assert.match(await refusal(join(folder, 'broken', 'x')), /broken is a symbolic link that leads nowhere/);
});

test('a file system without new files is not "no such file"', {
  skip: process.platform !== 'linux',
}, async () => {
  assert.match(
    await refusal('/proc/mops/results'),
    /^Cannot write to the folder .*: \/proc takes no new files/,
  );
});

test('a folder that others own is named', {
  skip: process.getuid?.() === 0 && 'root may write everywhere',
}, async () => {
  const folder = await make({});
  await chmod(folder, 0o500);
  const told = await refusal(join(folder, 'results'));
  await chmod(folder, 0o700);
  assert.equal(
    told,
    `Cannot write to the folder ${join(folder, 'results')}: in ${folder}, it is not permitted (EACCES). Change its permissions, or name another place.`,
  );
});
