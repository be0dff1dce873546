import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readText } from '../../../src/files/read-text.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();
const text = '{"é": "😀"}\n';
const utf16le = Buffer.from(`\uFEFF${text}`, 'utf16le');

async function read(bytes: Uint8Array): Promise<string> {
  const file = join(await make({}), 'study.json');
  await writeFile(file, bytes);
  return readText(file);
}

for (const [what, bytes] of [
  ['UTF-8', Buffer.from(text)],
  ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`)],
  ['UTF-16, little end first', utf16le],
  ['UTF-16, big end first', Buffer.from(utf16le).swap16()],
] as const) {
  test(`a file in ${what} is read`, async () => assert.equal(await read(bytes), text));
}

for (const [what, bytes, reason] of [
  ['UTF-16 without a mark', utf16le.subarray(2), /is UTF-16 without a byte order mark: save it as UTF-8\.$/],
  ['Latin-1', Buffer.from('é', 'latin1'), /study\.json: it is not UTF-8 \(perhaps Latin-1/],
  ['half a letter of UTF-16', utf16le.subarray(0, -1), /is not whole UTF-16/],
] as const) {
  test(`a file in ${what} is named as such`, () => assert.rejects(read(bytes), reason));
}

test('a file that cannot be read is named, with the cause', async () => {
  const folder = await make({ 'file.txt': '' });
  await assert.rejects(readText(join(folder, 'none')), /none: there is no such file or folder \(ENOENT\)\.$/);
  await assert.rejects(readText(folder), /it is a folder, and a file is wanted \(EISDIR\)\.$/);
  await assert.rejects(
    readText(join(folder, 'file.txt', 'x')),
    /a part of its path is a file \(ENOTDIR\)\.$/,
  );
  await assert.rejects(readText(join(folder, 'n'.repeat(300))), /its name is too long .*\(ENAMETOOLONG\)/);
});
