import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { readdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BundleSource } from '../../../src/bundles/bundle-store.js';
import { createBundleCache } from '../../../src/bundles/cache/create-bundle-cache.js';
import { createFolderStore } from '../../../src/bundles/folder-store/create-folder-store.js';
import { readBundleFiles } from '../../../src/bundles/format/read-bundle-files.js';
import { packBundle } from '../../../src/bundles/pack/pack-bundle.js';
import { pushBundle } from '../../../src/bundles/push-bundle.js';
import { unpackBundle } from '../../../src/bundles/unpack-bundle.js';
import { cachedBundles } from '../../fixtures/bundles/cached-bundles.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { entryOf, stand, use } from './cache-stand.js';

const make = temporaryFolders();

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
