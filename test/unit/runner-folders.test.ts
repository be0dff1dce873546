import assert from 'node:assert/strict';
import { chmod, lstat, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { removeFolder } from '../../src/runner/place/remove-folder.js';
import { copyBundle } from '../../src/runner/place/working-copy.js';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runner-test-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('a working copy is writable, keeps executable bits, and shares nothing with the bundle', async () => {
  const [bundle, copy] = [join(folder, 'bundle'), join(folder, 'copy')];
  await mkdir(join(bundle, 'data', 'deep'), { recursive: true });
  await mkdir(copy);
  await writeFile(join(bundle, 'data', 'deep', 'table.csv'), 'original', { mode: 0o444 });
  await writeFile(join(bundle, 'run.sh'), '#!/bin/sh\n', { mode: 0o555 });
  await writeFile(join(folder, 'outside'), 'outside');
  await symlink('data/deep/table.csv', join(bundle, 'inner-link'));
  await symlink('../outside', join(bundle, 'outer-link'));
  await copyBundle(bundle, copy);
  assert.equal((await stat(join(copy, 'data', 'deep', 'table.csv'))).mode & 0o777, 0o644);
  assert.equal((await stat(join(copy, 'run.sh'))).mode & 0o777, 0o755);
  assert.ok((await lstat(join(copy, 'inner-link'))).isSymbolicLink());
  assert.ok((await lstat(join(copy, 'outer-link'))).isFile());
  await writeFile(join(copy, 'inner-link'), 'changed');
  await writeFile(join(copy, 'outer-link'), 'changed');
  assert.equal(await readFile(join(bundle, 'data', 'deep', 'table.csv'), 'utf8'), 'original');
  assert.equal(await readFile(join(folder, 'outside'), 'utf8'), 'outside');
});

test('a folder is removed whatever its permissions are', async () => {
  const locked = join(folder, 'locked');
  await mkdir(join(locked, 'a', 'b'), { recursive: true });
  await writeFile(join(locked, 'a', 'b', 'file'), 'x');
  for (const path of [join(locked, 'a', 'b'), join(locked, 'a'), locked]) await chmod(path, 0);
  await removeFolder(locked);
  await assert.rejects(stat(locked), { code: 'ENOENT' });
  await removeFolder(locked);
});
