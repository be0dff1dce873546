import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { keptWarmUps } from '../../../src/runner/warm-up/kept-warm-ups.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();

async function made(content: string) {
  const folder = await make();
  const folders = { bundle: join(folder, 'bundle'), home: join(folder, 'home') };
  for (const path of Object.values(folders)) await mkdir(path);
  await writeFile(join(folders.bundle, 'wire.py'), content);
  return folders;
}

test('of two workers that have made the same, the first one stands for both', async () => {
  const root = await make();
  const [one, other] = [keptWarmUps(root), keptWarmUps(root)];
  assert.equal(await one.find('key'), undefined);
  const first = await one.keep('key', await made('first'));
  const second = await other.keep('key', await made('second'));
  assert.deepEqual(second, first);
  assert.deepEqual(await other.find('key'), first);
  assert.equal(await readFile(join(first.bundle, 'wire.py'), 'utf8'), 'first');
  assert.equal((await readdir(join(root, 'warm-ups'))).length, 1, 'nothing unfinished is left');
  const elsewhere = await other.keep('another key', await made('second'));
  assert.notEqual(elsewhere.digest, first.digest);
});

test('one that nobody has used for a day makes room', async () => {
  const root = await make();
  const kept = keptWarmUps(root);
  const { bundle } = await kept.keep('old', await made('old'));
  await kept.keep('in use', await made('used'));
  const yesterday = new Date(Date.now() - 25 * 3600 * 1000);
  for (const name of await readdir(join(root, 'warm-ups')))
    await utimes(join(root, 'warm-ups', name), yesterday, yesterday);
  assert.ok(await kept.find('in use'));
  await kept.keep('new', await made('new'));
  assert.equal(await kept.find('old'), undefined);
  await assert.rejects(readdir(bundle), { code: 'ENOENT' });
  assert.ok((await kept.find('in use')) && (await kept.find('new')));
});
