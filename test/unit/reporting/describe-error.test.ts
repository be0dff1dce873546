import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { describeError } from '../../../src/reporting/describe-error.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();

test('what cannot be put in place is named by its place, not by the unfinished file', async () => {
  const folder = await make({ '.1234.part': '', 'rows.json/file': '', '.pulled.1234/file': '' });
  const error = (from: string) =>
    rename(join(folder, from), join(folder, 'rows.json')).then(
      () => assert.fail('it can be renamed'),
      (cause: Error) => describeError(cause),
    );
  assert.equal(
    await error('.1234.part'),
    `Cannot use ${join(folder, 'rows.json')}: it is a folder, and a file is wanted (EISDIR, rename). Name a file.`,
  );
  assert.match(await error('.pulled.1234'), /rows\.json: something is in it by now .*\. Name a new folder/);
});

for (const [code, told] of [
  ['ENOENT', /there is no such file or folder \(ENOENT, open\)\. Check its path\.$/],
  ['EACCES', /it is not permitted/],
  ['EPERM', /it is not permitted/],
  ['EROFS', /its disk is read-only/],
  ['ENOSPC', /the disk is full/],
  ['EDQUOT', /the disk quota is used up/],
  ['ENOTDIR', /a part of its path is a file/],
  ['EISDIR', /it is a folder, and a file is wanted/],
  ['ELOOP', /its symbolic links lead in a circle/],
  ['ENAMETOOLONG', /its name is too long/],
  ['EMFILE', /too many files open \(EMFILE, open\)\. Raise the limit/],
] as const) {
  test(`${code} is told with the file and what to do`, () => {
    const error = Object.assign(new Error(`${code}: whatever, open '/a/b'`), {
      code,
      syscall: 'open',
      path: '/a/b',
    });
    assert.match(describeError(error), /^Cannot use \/a\/b: /);
    assert.match(describeError(error), told);
  });
}
