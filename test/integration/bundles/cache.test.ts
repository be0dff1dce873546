import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { appendFile, chmod, mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BundleSource } from '../../../src/bundles/bundle-store.js';
import { createBundleCache } from '../../../src/bundles/cache/create-bundle-cache.js';
import { createFolderStore } from '../../../src/bundles/folder-store/create-folder-store.js';
import { readBundleFiles } from '../../../src/bundles/format/read-bundle-files.js';
import { packBundle } from '../../../src/bundles/pack/pack-bundle.js';
import { pushBundle } from '../../../src/bundles/push-bundle.js';
import { unpackBundle } from '../../../src/bundles/unpack-bundle.js';
import { BundleUnavailable } from '../../../src/simulation/bundle-unavailable.js';
import { cachedBundles } from '../../fixtures/bundles/cached-bundles.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();

/** A store with bundles of 1000 bytes, a cache over it, and how often each file was read. */
async function stand({ names = ['a'], limitBytes = 2 ** 30 } = {}) {
  const store = createFolderStore(await make());
  const refs: string[] = [];
  for (const name of names) {
    const packed = await packBundle(
      await make({ 'wire.py': name.padEnd(600), 'models/sir.py': name.padStart(400) }),
    );
    refs.push((await pushBundle(packed, store.target({}))).ref);
  }
  let opened = 0;
  const source: BundleSource = {
    ...store,
    openManifest(bundleRef) {
      opened += 1;
      return store.openManifest(bundleRef);
    },
  };
  const folder = await make();
  const open = () => createBundleCache({ source, folder, limitBytes });
  return { refs, folder, open, cache: open(), opened: () => opened, ref: refs[0] ?? '' };
}

async function use(cache: ReturnType<typeof createBundleCache>, ref: string): Promise<string> {
  const { path, release } = await cache.ensureLocal(ref);
  await release();
  return path;
}

const hexOf = (ref: string) => ref.slice('sha256:'.length);

test('the bundle used longest ago makes room for a new one', async () => {
  const { refs, folder, cache } = await stand({ names: ['a', 'b', 'c'], limitBytes: 2_000 });
  const [a = '', b = '', c = ''] = refs;
  await use(cache, a);
  await use(cache, b);
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(join(folder, 'entries', `${hexOf(b)}.json`), longAgo, longAgo);
  await use(cache, a);
  await use(cache, c);
  assert.deepEqual(await cachedBundles(folder), { bundles: [hexOf(a), hexOf(c)].sort(), unfinished: [] });
  assert.deepEqual(
    (await readdir(join(folder, 'entries'))).sort(),
    [a, c].map((ref) => `${hexOf(ref)}.json`).sort(),
  );
});

test('a bundle in use makes no room, not even for another process; one that was released does', async () => {
  const { refs, folder, open } = await stand({ names: ['a', 'b', 'c'], limitBytes: 1_000 });
  const [a = '', b = '', c = ''] = refs;
  const held = await open().ensureLocal(a);
  await use(open(), b); // a cache of its own, as another process has
  assert.ok((await cachedBundles(folder)).bundles.includes(hexOf(a)));
  assert.equal((await packBundle(held.path)).digest, a);
  await held.release();
  await use(open(), c);
  assert.deepEqual((await cachedBundles(folder)).bundles, [hexOf(c)]);
});

test('a bundle that two hold stays until both have released it', async () => {
  const { refs, folder, cache } = await stand({ names: ['a', 'b'], limitBytes: 1_000 });
  const [a = '', b = ''] = refs;
  const [first, second] = [await cache.ensureLocal(a), await cache.ensureLocal(a)];
  await first.release();
  await first.release();
  await use(cache, b);
  assert.ok((await cachedBundles(folder)).bundles.includes(hexOf(a)));
  await second.release();
  assert.deepEqual(await readdir(join(folder, 'leases')), []);
});

test('what a killed process held makes room again after a while', async () => {
  const { refs, folder, cache } = await stand({ names: ['a', 'b'], limitBytes: 1_000 });
  const [a = '', b = ''] = refs;
  await use(cache, a);
  const lease = join(folder, 'leases', `${hexOf(a)}.of-a-killed-process`);
  await writeFile(lease, '');
  const longAgo = new Date(Date.now() - 120_000);
  await utimes(lease, longAgo, longAgo);
  await use(cache, b);
  assert.deepEqual((await cachedBundles(folder)).bundles, [hexOf(b)]);
});

test('a bundle that could never fit is unavailable, and says the limit', async () => {
  const { cache, ref, folder } = await stand({ limitBytes: 999 });
  await assert.rejects(cache.ensureLocal(ref), (error) => {
    assert.ok(error instanceof BundleUnavailable);
    assert.match(
      error.message,
      /its files are 1000 bytes, and the cache may hold 999 \(MODELOPS_BUNDLES_CACHE_BYTES\)/,
    );
    return true;
  });
  assert.deepEqual(await cachedBundles(folder), { bundles: [], unfinished: [] });
});

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

const entryOf = (path: string) => path.replace(/sha256.([0-9a-f]{64})$/, 'entries/$1.json');

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

test('files are read-only, and a use leaves its time', async () => {
  const { cache, ref } = await stand();
  const path = await use(cache, ref);
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(entryOf(path), longAgo, longAgo);
  await use(cache, ref);
  assert.ok((await stat(entryOf(path))).mtimeMs > Date.now() - 30_000);
  assert.equal((await stat(join(path, 'wire.py'))).mode & 0o222, 0);
});

test('a connection that breaks in the middle is made again', async () => {
  const store = createFolderStore(await make());
  const { ref } = await pushBundle(await packBundle(await make({ 'wire.py': 'w' })), store.target({}));
  const broken: string[] = [];
  const breakingOnce = (what: string, bytes: AsyncIterable<Uint8Array> | undefined) =>
    bytes && (broken.includes(what) ? bytes : breaking(what, bytes));
  async function* breaking(what: string, bytes: AsyncIterable<Uint8Array>) {
    for await (const chunk of bytes) {
      yield chunk;
      broken.push(what);
      throw new Error('The connection broke.');
    }
  }
  const source: BundleSource = {
    ...store,
    openManifest: async (bundleRef) => breakingOnce('manifest', await store.openManifest(bundleRef)),
    openBlob: async (bundleRef, digest) => breakingOnce(digest, await store.openBlob(bundleRef, digest)),
  };
  const cache = createBundleCache({ source, folder: await make(), limitBytes: 2 ** 20 });
  assert.equal((await packBundle(await use(cache, ref))).digest, ref);
  assert.equal(broken.length, 3);
});

test('several bundles that come at the same time stay within the limit', async () => {
  const { refs, folder, open } = await stand({ names: ['a', 'b', 'c', 'd'], limitBytes: 1_500 });
  await Promise.all(refs.map((ref) => use(open(), ref)));
  await use(open(), refs[0] ?? '');
  assert.equal((await cachedBundles(folder)).bundles.length, 1);
});

test('the same bundle under two names shares no fate', async () => {
  const { ref, folder } = await stand();
  const packed = await packBundle(await make({ 'wire.py': 'w' }));
  const store = createFolderStore(await make());
  await pushBundle(packed, store.target({}));
  const source: BundleSource = {
    ...store,
    openManifest: async (bundleRef) =>
      bundleRef.startsWith('wrong@') ? undefined : store.openManifest(bundleRef),
  };
  const cache = createBundleCache({ source, folder, limitBytes: 2 ** 20 });
  const [wrong, right] = await Promise.allSettled([
    cache.ensureLocal(`wrong@${packed.digest}`),
    cache.ensureLocal(`right@${packed.digest}`),
  ]);
  assert.equal(right?.status, 'fulfilled');
  assert.ok(wrong?.status === 'fulfilled' || /wrong@/.test(String(wrong?.reason)));
  assert.ok(ref);
});

test('one who gives up leaves the work to the others; when all have, it stops', async () => {
  const store = createFolderStore(await make());
  const files = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${i}.txt`, `file ${i}`]));
  const { ref } = await pushBundle(
    await packBundle(await make({ 'wire.py': 'w', ...files })),
    store.target({}),
  );
  let opened = 0;
  let goOn: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const source: BundleSource = {
    ...store,
    async openBlob(bundleRef, digest) {
      opened += 1;
      if (opened > 5) await gate;
      return store.openBlob(bundleRef, digest);
    },
  };
  const cache = createBundleCache({ source, folder: await make(), limitBytes: 2 ** 20 });
  const [first, second] = [new AbortController(), new AbortController()];
  const both = [cache.ensureLocal(ref, first.signal), cache.ensureLocal(ref, second.signal)];
  const ended = Promise.allSettled(both);
  while (opened < 6) await new Promise((resolve) => setTimeout(resolve, 5));
  first.abort(new Error('I give up.'));
  second.abort(new Error('I too.'));
  goOn();
  for (const result of await ended) assert.equal(result.status, 'rejected');
  assert.ok(opened < 30, `${opened} files were read for nobody`);
});

test('files that were opened for nothing are closed', { skip: process.platform !== 'linux' }, async () => {
  const store = createFolderStore(await make());
  // On a file system that tells upper from lower case, a folder in the way does what the other case does elsewhere.
  const { ref } = await pushBundle(
    await packBundle(await make({ 'wire.py': 'w', 'b.txt': 'b' })),
    store.target({}),
  );
  const open = () => readdirSync('/proc/self/fd').length;
  const before = open();
  for (let i = 0; i < 5; i++) {
    const folder = await make({ 'wire.py': 'in the way', 'b.txt': 'in the way' });
    const files = await readBundleFiles(store, ref);
    await assert.rejects(unpackBundle(store, ref, files, folder), /has a name that another of its files has/);
  }
  assert.ok(open() <= before + 2, `${open() - before} descriptors are open`);
});

test('a trouble that stays is thrown, and nothing is left', async () => {
  const { folder } = await stand();
  const source: BundleSource = {
    name: 'the store',
    openManifest: () => Promise.reject(new Error('The store is down.')),
    openBlob: () => Promise.reject(new Error('The store is down.')),
  };
  const cache = createBundleCache({ source, folder, limitBytes: 2 ** 20 });
  await assert.rejects(cache.ensureLocal(`sha256:${'1'.repeat(64)}`), /The store is down/);
  assert.deepEqual(await cachedBundles(folder), { bundles: [], unfinished: [] });
  assert.deepEqual(await readdir(join(folder, 'leases')), []);
  assert.deepEqual(await readdir(join(folder, 'locks')), []);
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
