import assert from 'node:assert/strict';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { execa } from 'execa';
import { removeFolder } from '../../../src/runner/place/remove-folder.js';
import { copyBundle } from '../../../src/runner/place/working-copy.js';

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

test('a bundle of many files is copied, and removed, as a small one is', async () => {
  const [bundle, copy] = [join(folder, 'many'), join(folder, 'copy-of-many')];
  await mkdir(join(bundle, '-r', '.hidden'), { recursive: true });
  await mkdir(copy);
  const paths = Array.from({ length: 1200 }, (_, number) =>
    join(['-r', join('-r', '.hidden'), ''][number % 3] ?? '', `${number % 2 ? '.' : '-'}file ${number}`),
  );
  for (const path of paths) await writeFile(join(bundle, path), path, { mode: 0o444 });
  await writeFile(join(bundle, 'run.sh'), '#!/bin/sh\n', { mode: 0o555 });
  await chmod(join(bundle, '-r'), 0o555);
  await copyBundle(bundle, copy);
  for (const path of paths) {
    assert.equal(await readFile(join(copy, path), 'utf8'), path);
    assert.equal((await stat(join(copy, path))).mode & 0o777, 0o644);
    await writeFile(join(copy, path), 'changed');
    assert.equal(await readFile(join(bundle, path), 'utf8'), path);
  }
  assert.equal((await stat(join(copy, 'run.sh'))).mode & 0o777, 0o755);
  await writeFile(join(copy, '-r', 'new'), 'what a task may add');
  await chmod(join(copy, '-r', '.hidden'), 0);
  await removeFolder(copy);
  await assert.rejects(stat(copy), { code: 'ENOENT' });
});

const root = process.platform === 'linux' && process.getuid?.() === 0 ? false : 'it takes root on Linux';
test('of many files that only the app can change, a user of its own gets other names', {
  skip: root,
}, async () => {
  const [bundle, user] = [join(folder, 'shared'), 60_800];
  const make = async (content: string) => {
    await mkdir(join(bundle, 'data', 'deep'), { recursive: true });
    for (let number = 0; number < 600; number++) {
      const path = join(bundle, number % 2 ? 'data' : join('data', 'deep'), String(number));
      await writeFile(path, content, { mode: 0o444 });
      await utimes(path, 1, 1);
    }
    const own: Record<string, (path: string) => Promise<void>> = {
      setuid: (path) => chmod(path, 0o4555),
      writable: (path) => chmod(path, 0o664),
      unreadable: (path) => chmod(path, 0o440),
      'not executable for all': (path) => chmod(path, 0o744),
      'of another owner': (path) => chown(path, 60_801, 60_801),
      'of a time between milliseconds': (path) => utimes(path, 1.000_25, 1.000_25),
    };
    for (const [name, change] of Object.entries(own)) {
      await writeFile(join(bundle, name), content, { mode: 0o444 });
      await utimes(join(bundle, name), 1, 1);
      await change(join(bundle, name));
    }
    await symlink('data/1', join(bundle, 'link'));
    return Object.keys(own);
  };
  const look = async (content: string, copied: string[]) => {
    const copy = join(folder, `copy-of-shared-${content}`);
    await mkdir(copy);
    await copyBundle(bundle, copy, user);
    for (const name of copied) {
      const { ino, uid, mode } = await stat(join(copy, name));
      assert.notEqual(ino, (await stat(join(bundle, name))).ino, name);
      assert.deepEqual([uid, mode & 0o7600], [user, 0o600], name);
      assert.equal(await readFile(join(copy, name), 'utf8'), content);
    }
    for (const name of ['data/1', 'data/deep/598'])
      assert.equal((await stat(join(copy, name))).ino, (await stat(join(bundle, name))).ino, name);
    assert.deepEqual(await readdir(copy, { recursive: true }), await readdir(bundle, { recursive: true }));
    assert.equal((await stat(join(copy, 'data', 'deep'))).uid, user);
    assert.equal(await readFile(join(copy, 'link'), 'utf8'), content);
    await removeFolder(copy);
  };
  for (const content of ['first', 'brought again']) {
    const copied = await make(content);
    for (const _ of ['looked at', 'remembered']) await look(content, copied);
    await removeFolder(bundle);
  }
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

test('what the links in a folder lead to stays', async () => {
  const [left, kept] = [join(folder, 'left'), join(folder, 'kept')];
  await mkdir(left);
  await mkdir(kept);
  await writeFile(join(kept, 'file'), 'kept');
  await symlink(kept, join(left, 'to-folder'));
  await symlink('nowhere', join(left, 'to-nothing'));
  await removeFolder(left);
  await assert.rejects(stat(left), { code: 'ENOENT' });
  assert.equal(await readFile(join(kept, 'file'), 'utf8'), 'kept');
});

/** Deeper than a path can say, and nobody may look into any of it. */
const goDeep = `
import os
for _ in range(1000):
    os.mkdir("no-further")
    os.chdir("no-further")
for _ in range(1001):
    os.chmod(".", 0o300)
    os.chdir("..")
`;
const shapes: Record<string, (path: string) => Promise<unknown>> = {
  'holds folders deeper than a path can be long': (path) => execa('python3', ['-c', goDeep], { cwd: path }),
  'holds more files than are removed side by side': (path) =>
    Promise.all(Array.from({ length: 300 }, (_, index) => writeFile(join(path, String(index)), ''))),
  'holds a folder whose name is not Unicode': async (path) => {
    const odd = Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0xe9, 0xff])]);
    await mkdir(odd);
    await writeFile(Buffer.concat([odd, Buffer.from([0x2f, 0xfe])]), '');
    await chmod(odd, 0);
  },
  'has become a file': async (path) => {
    await rm(path, { recursive: true });
    await writeFile(path, 'x');
  },
  'has become a link that leads nowhere': async (path) => {
    await rm(path, { recursive: true });
    await symlink('nowhere', path);
  },
};
for (const [shape, change] of Object.entries(shapes)) {
  const skip = process.platform !== 'linux' && shape.includes('Unicode') && 'names are Unicode here';
  test(`a folder is removed that ${shape}`, { skip }, async () => {
    const path = join(folder, 'odd');
    await mkdir(path);
    await change(path);
    await removeFolder(path);
    await assert.rejects(lstat(path), { code: 'ENOENT' });
  });
}
