import assert from 'node:assert/strict';
import { appendFile, chmod, mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { packBundle } from '../../../src/bundles/pack/pack-bundle.js';
import { cachedBundles } from '../../fixtures/bundles/cached-bundles.js';
import { entryOf, hexOf, stand, use } from './cache-stand.js';

for (const [what, damage] of [
  ['a file was removed', (path: string) => rm(join(path, 'wire.py'))],
  ['a file was shortened', (path: string) => rewrite(path, 'x')],
  ['a file was overwritten with as many bytes', (path: string) => rewriteLater(path, 'x'.repeat(600))],
  ['a file was added', (path: string) => writeFile(join(path, 'models', 'more.py'), '')],
  ['a file was replaced by a folder', (path: string) => replaceByFolder(path)],
  ['the folder was removed', (path: string) => rm(path, { recursive: true })],
  ['the folder was emptied', (path: string) => rm(path, { recursive: true }).then(() => mkdir(path))],
  ['the folder is a file', (path: string) => rm(path, { recursive: true }).then(() => writeFile(path, ''))],
  ['its description was lost', (path: string) => rm(entryOf(path))],
  ['its description was cut off', (path: string) => writeFile(entryOf(path), '{"bytes": 10')],
] as const) {
  test(`a cache in which ${what} heals itself`, async () => {
    const { cache, ref, opened } = await stand();
    const path = await use(cache, ref);
    await damage(path);
    await use(cache, ref);
    assert.equal((await packBundle(path)).digest, ref);
    assert.equal(opened(), 2);
    await use(cache, ref);
    assert.equal(opened(), 2, 'what was healed is not fetched again');
  });
}

async function rewrite(path: string, content: string) {
  const file = join(path, 'wire.py');
  await chmod(file, 0o644);
  await writeFile(file, content);
}

/** Whatever the file system's clock counts in. */
async function rewriteLater(path: string, content: string) {
  await rewrite(path, content);
  const later = new Date(Date.now() + 5_000);
  await utimes(join(path, 'wire.py'), later, later);
}

async function replaceByFolder(path: string) {
  await rm(join(path, 'wire.py'));
  await mkdir(join(path, 'wire.py'));
}

test('a bundle that lost its folder while it was held is made anew for the next task', async () => {
  const { cache, ref, folder } = await stand();
  const held = await cache.ensureLocal(ref);
  await rename(held.path, join(folder, 'elsewhere'));
  const again = await cache.ensureLocal(ref);
  assert.equal((await packBundle(again.path)).digest, ref);
  await Promise.all([held.release(), again.release()]);
});

test('what an earlier version or a killed process left in the way is removed', async () => {
  const { cache, ref, folder } = await stand();
  await mkdir(join(folder, 'sha256', hexOf(ref)), { recursive: true });
  await appendFile(join(folder, 'sha256', hexOf(ref), 'old'), 'old');
  await mkdir(join(folder, 'unfinished', `${hexOf(ref)}.old`), { recursive: true });
  await mkdir(join(folder, 'unfinished', `${'1'.repeat(64)}.old`), { recursive: true });
  assert.equal((await packBundle(await use(cache, ref))).digest, ref);
  assert.deepEqual((await cachedBundles(folder)).unfinished, []);
});
