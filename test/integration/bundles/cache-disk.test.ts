import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { execa } from 'execa';
import { createBundleCache } from '../../../src/bundles/cache/create-bundle-cache.js';
import { createFolderStore } from '../../../src/bundles/folder-store/create-folder-store.js';
import { packBundle } from '../../../src/bundles/pack/pack-bundle.js';
import { pushBundle } from '../../../src/bundles/push-bundle.js';
import { BundleUnavailable } from '../../../src/simulation/bundle-unavailable.js';
import { cachedBundles } from '../../fixtures/bundles/cached-bundles.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();
const disks: string[] = [];

/** A disk of its own, in memory. */
async function mountDisk(mebibytes: number): Promise<string> {
  const folder = await make();
  await execa('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder]);
  disks.push(folder);
  return folder;
}
/** One whose folders take blocks, as those of tmpfs do not. */
async function mountSmallExt4(): Promise<string> {
  const folder = await make();
  const image = join(await make(), 'image');
  await writeFile(image, Buffer.alloc(4 * 1024 * 1024));
  await execa('mkfs.ext4', ['-q', '-m', '0', '-O', '^has_journal', image]);
  await execa('mount', ['-o', 'loop', image, folder]);
  disks.push(folder);
  return folder;
}
const unmount = async () => {
  for (const disk of disks.splice(0)) await execa('umount', [disk]);
};
const skip = await mountDisk(1).then(
  () => false as const,
  () => 'only root may mount disks',
);
await unmount();
afterEach(unmount);

const store = createFolderStore(await make());
async function push(kibibytes: number): Promise<string> {
  const source = await make({ 'wire.py': 'w', 'data.bin': randomBytes(kibibytes * 1024) });
  return (await pushBundle(await packBundle(source), store.target({}))).ref;
}
const cacheIn = (folder: string) => createBundleCache({ source: store, folder, limitBytes: 2 ** 30 });
const hexOf = (ref: string) => ref.slice('sha256:'.length);
const passes = (reason: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Error && !(error instanceof BundleUnavailable), String(error));
  assert.match(error.message, reason);
  return true;
};

describe('a cache on a disk that is full', { skip }, () => {
  test('says what is free and what is needed, and keeps nothing half-written', async () => {
    const [disk, ref] = [await mountDisk(1), await push(2_000)];
    await assert.rejects(
      cacheIn(disk).ensureLocal(ref),
      passes(
        /^Cannot keep bundle sha256:.* in .*: the disk is full \(\d+ bytes are free, its files are 2048001 bytes\)\. Free space/,
      ),
    );
    assert.deepEqual(await cachedBundles(disk), { bundles: [], unfinished: [] });
  });

  test('makes room by removing what nobody uses', async () => {
    const [disk, first, second] = [await mountDisk(1), await push(600), await push(700)];
    await (await cacheIn(disk).ensureLocal(first)).release();
    await (await cacheIn(disk).ensureLocal(second)).release();
    assert.deepEqual((await cachedBundles(disk)).bundles, [hexOf(second)]);
  });

  test('that fills up while a bundle is written leaves nothing of it, and works once there is room', async () => {
    const [disk, ref] = [await mountDisk(2), await push(1_000)];
    const hog = join(disk, 'hog');
    let blobs = 0;
    const filling = createBundleCache({
      source: {
        ...store,
        async openBlob(bundleRef, digest) {
          // After the list of files, when the room has been looked at. It takes what there is.
          if (blobs++ > 0) await writeFile(hog, Buffer.alloc(3 * 1024 * 1024)).catch(() => undefined);
          return store.openBlob(bundleRef, digest);
        },
      },
      folder: disk,
      limitBytes: 2 ** 30,
    });
    await assert.rejects(filling.ensureLocal(ref), passes(/the disk is full \(ENOSPC/));
    assert.deepEqual(await cachedBundles(disk), { bundles: [], unfinished: [] });
    await rm(hog);
    const bundle = await cacheIn(disk).ensureLocal(ref);
    assert.equal((await packBundle(bundle.path)).digest, ref);
    await bundle.release();
  });
});

describe('a cache in which a killed process left its lock', { skip }, () => {
  test('still gives its bundles when it cannot be written any more', async () => {
    const [disk, held] = [await mountDisk(4), await push(10)];
    await (await cacheIn(disk).ensureLocal(held)).release();
    await mkdir(join(disk, 'locks', `${hexOf(held)}.lock`), { recursive: true });
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(join(disk, 'locks', `${hexOf(held)}.lock`), longAgo, longAgo);
    await execa('mount', ['-o', 'remount,ro', disk]);
    const bundle = await cacheIn(disk).ensureLocal(held);
    assert.equal((await packBundle(bundle.path)).digest, held);
    await bundle.release();
  });
});

describe('a cache on a disk without a single free block', { skip }, () => {
  test('makes room for its own locks first', async () => {
    const [disk, first, second] = [await mountSmallExt4(), await push(300), await push(200)];
    await (await cacheIn(disk).ensureLocal(first)).release();
    await writeFile(join(disk, 'hog'), Buffer.alloc(16 * 1024 * 1024)).catch(() => undefined);
    await execa('sh', ['-c', 'i=0; while mkdir "$1/full$i" 2>/dev/null; do i=$((i+1)); done', '', disk]);
    const bundle = await cacheIn(disk).ensureLocal(second);
    assert.equal((await packBundle(bundle.path)).digest, second);
    await bundle.release();
    assert.deepEqual((await cachedBundles(disk)).bundles, [hexOf(second)]);
  });
});

describe('a cache that cannot be written', { skip }, () => {
  test('still gives the bundles that it holds, and says of others why it cannot', async () => {
    const [disk, held, other] = [await mountDisk(4), await push(10), await push(10)];
    await (await cacheIn(disk).ensureLocal(held)).release();
    await execa('mount', ['-o', 'remount,ro', disk]);
    const bundle = await cacheIn(disk).ensureLocal(held);
    assert.equal((await packBundle(bundle.path)).digest, held);
    await bundle.release();
    await assert.rejects(
      cacheIn(disk).ensureLocal(other),
      passes(/^Cannot keep bundle sha256:.* in .*: it cannot be written \(EROFS.*MODELOPS_BUNDLES_CACHE_DIR/),
    );
    assert.deepEqual((await readdir(join(disk, 'sha256'))).sort(), [hexOf(held)]);
  });
});
