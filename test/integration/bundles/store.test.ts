import assert from 'node:assert/strict';
import { access, chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { createBundleCache } from '../../../src/bundles/cache/create-bundle-cache.js';
import { createFolderStore } from '../../../src/bundles/folder-store/create-folder-store.js';
import type { PackedBundle } from '../../../src/bundles/format/packed-bundle.js';
import { sha256 } from '../../../src/bundles/format/sha256.js';
import { packBundle } from '../../../src/bundles/pack/pack-bundle.js';
import { pushBundle } from '../../../src/bundles/push-bundle.js';
import { BundleUnavailable } from '../../../src/simulation/bundle-unavailable.js';
import { cachedBundles } from '../../fixtures/bundles/cached-bundles.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();

const content = { 'wire.py': 'w', 'models/sir.py': 'w', 'bin/run*': 'r', 'empty.txt': '', __proto__x: 'p' };
const script = (name: string) => fileURLToPath(new URL(`../../fixtures/bundles/${name}.js`, import.meta.url));
const blobPath = (store: string, digest: string) => join(store, 'blobs', ...digest.split(':'));

const pushTo = (packed: PackedBundle, folder: string) =>
  pushBundle(packed, createFolderStore(folder).target({}));

const cacheOf = (storeFolder: string, folder: string) =>
  createBundleCache({ source: createFolderStore(storeFolder), folder, limitBytes: 2 ** 30 });

async function pushed(files: Record<string, string | Uint8Array> = content) {
  const [source, storeFolder, cacheFolder] = [await make(files), await make(), await make()];
  const packed = await packBundle(source);
  const push = await pushTo(packed, storeFolder);
  return {
    source,
    storeFolder,
    cacheFolder,
    packed,
    push,
    store: cacheOf(storeFolder, cacheFolder),
  };
}

test('a pushed folder is an OCI image layout that lists its manifest', async () => {
  const { storeFolder, packed, push } = await pushed();
  assert.deepEqual(JSON.parse(await readFile(join(storeFolder, 'oci-layout'), 'utf8')), {
    imageLayoutVersion: '1.0.0',
  });
  assert.deepEqual(JSON.parse(await readFile(join(storeFolder, 'index.json'), 'utf8')), {
    schemaVersion: 2,
    manifests: [
      {
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        digest: packed.digest,
        size: packed.manifest.length,
      },
    ],
  });
  const blobs = await readdir(join(storeFolder, 'blobs', 'sha256'));
  assert.equal(blobs.length, push.blobs);
  for (const hex of blobs)
    assert.equal(sha256(await readFile(blobPath(storeFolder, `sha256:${hex}`))), `sha256:${hex}`);
  assert.deepEqual(await readdir(join(storeFolder, 'unfinished')), []);
});

test('pushing again writes nothing; pushing a change writes only what is lacking', async () => {
  const { source, storeFolder, packed } = await pushed();
  assert.deepEqual(await pushTo(packed, storeFolder), { ref: packed.digest, blobs: 0, bytes: 0 });
  await writeFile(join(source, 'wire.py'), 'new');
  assert.equal((await pushTo(await packBundle(source), storeFolder)).blobs, 3);
  assert.equal(JSON.parse(await readFile(join(storeFolder, 'index.json'), 'utf8')).manifests.length, 2);
});

test('a file that changes after packing is not pushed as what it was', async () => {
  const source = await make(content);
  const store = await make();
  const packed = await packBundle(source);
  await writeFile(join(source, 'wire.py'), 'x');
  await assert.rejects(pushTo(packed, store), /it changed after it was packed \(it has the digest/);
  await assert.rejects(access(blobPath(store, packed.digest)));
});

test('entries that others made in index.json stay', async () => {
  const { source, storeFolder } = await pushed();
  const path = join(storeFolder, 'index.json');
  const foreign = { mediaType: 'x/y', digest: `sha256:${'1'.repeat(64)}`, size: 3, annotations: { a: 'b' } };
  await writeFile(path, JSON.stringify({ schemaVersion: 2, annotations: { c: 'd' }, manifests: [foreign] }));
  await writeFile(join(source, 'wire.py'), 'new');
  await pushTo(await packBundle(source), storeFolder);
  const index = JSON.parse(await readFile(path, 'utf8'));
  assert.deepEqual(index.annotations, { c: 'd' });
  assert.deepEqual(index.manifests[0], foreign);
  assert.equal(index.manifests.length, 2);
});

test('a bundle comes back as it was packed, executable bit included, read-only', async () => {
  const { store, packed, cacheFolder } = await pushed();
  const local = await store.ensureLocal(packed.digest);
  assert.equal(local.digest, packed.digest);
  assert.equal(local.path, join(cacheFolder, 'sha256', packed.digest.slice(7)));
  assert.equal((await packBundle(local.path)).digest, packed.digest);
  assert.equal((await stat(join(local.path, 'wire.py'))).mode & 0o777, 0o444);
  assert.equal((await stat(join(local.path, 'bin/run'))).mode & 0o777, 0o555);
  assert.equal((await store.ensureLocal(`some/repository@${packed.digest}`)).path, local.path);
  assert.deepEqual(await readdir(join(cacheFolder, 'unfinished')), []);
});

test('requests at once share the work', async () => {
  const { store, packed, storeFolder } = await pushed();
  const all = await Promise.all(Array.from({ length: 20 }, () => store.ensureLocal(packed.digest)));
  assert.equal(new Set(all.map((local) => local.path)).size, 1);
  await rm(storeFolder, { recursive: true });
  await mkdir(storeFolder);
  const again = await store.ensureLocal(packed.digest);
  assert.equal(again.path, all[0]?.path, 'a bundle that is local needs no store');
});

test('several processes pushing and unpacking at once lose and damage nothing', async () => {
  const store = await make();
  const cache = await make();
  const bundles = await Promise.all(
    ['a', 'b', 'c', 'd'].map(async (name) => {
      const folder = await make({ ...content, 'own.txt': name });
      return { folder, packed: await packBundle(folder) };
    }),
  );
  await Promise.all(bundles.map(({ folder }) => execa('node', [script('push-bundle'), folder, store])));
  const index = JSON.parse(await readFile(join(store, 'index.json'), 'utf8'));
  const listed = index.manifests.map((manifest: { digest: string }) => manifest.digest);
  assert.deepEqual(listed.sort(), bundles.map(({ packed }) => packed.digest).sort());

  const digest = bundles[0]?.packed.digest ?? '';
  const paths = await Promise.all(
    [1, 2, 3, 4].map(
      async () =>
        (await execa('node', [script('counting-source'), digest, store, cache, join(store, 'log')])).stdout,
    ),
  );
  assert.equal(new Set(paths).size, 1);
  assert.equal((await packBundle(paths[0] ?? '')).digest, digest);
  assert.deepEqual(await readdir(join(cache, 'unfinished')), []);
});

test('a bundle that is not there, and a reference that is none, are unavailable for good', async () => {
  const { store } = await pushed();
  const absent = `sha256:${'0'.repeat(64)}`;
  await assert.rejects(store.ensureLocal(absent), unavailable(/its manifest is not there\. Push the bundle/));
  await assert.rejects(
    store.ensureLocal('local://dev'),
    unavailable(/it is "local:\/\/dev": a folder means something else on each machine/),
  );
});

test('a damaged, shortened, lengthened or missing blob makes the bundle unavailable, and leaves nothing', async () => {
  for (const [damage, reason] of [
    [(path: string) => writeFile(path, 'x'), /its file wire\.py has the digest/],
    [(path: string) => writeFile(path, ''), /its file wire\.py ends after 0 of 1 bytes/],
    [(path: string) => writeFile(path, 'w'.repeat(100_000)), /its file wire\.py is longer than the 1 bytes/],
    [(path: string) => rm(path), /its file wire\.py is not there/],
  ] as const) {
    const { store, packed, storeFolder, cacheFolder } = await pushed({ 'wire.py': 'w', 'b.txt': 'b' });
    const path = blobPath(storeFolder, sha256(Buffer.from('w')));
    await damage(path);
    await assert.rejects(store.ensureLocal(packed.digest), unavailable(reason));
    assert.deepEqual(await cachedBundles(cacheFolder), { bundles: [], unfinished: [] });
  }
});

test('a damaged manifest or list of files is unavailable', async () => {
  for (const which of ['manifest', 'config'] as const) {
    const { store, packed, storeFolder } = await pushed();
    await writeFile(blobPath(storeFolder, sha256(packed[which])), '{}');
    await assert.rejects(store.ensureLocal(packed.digest), unavailable(/has the digest .* it is damaged/));
  }
});

test('trouble that may pass is no verdict on the bundle', async () => {
  const { store, packed, cacheFolder } = await pushed();
  await writeFile(join(cacheFolder, 'unfinished'), 'a file where a folder should be');
  await assert.rejects(store.ensureLocal(packed.digest), (error) => !(error instanceof BundleUnavailable));
  await rm(join(cacheFolder, 'unfinished'));
  await store.ensureLocal(packed.digest);
});

test('a store that cannot be read is trouble that may pass', {
  skip: process.getuid?.() === 0 && 'root reads everything',
}, async () => {
  const { store, packed, storeFolder } = await pushed();
  await chmod(blobPath(storeFolder, packed.digest), 0);
  await assert.rejects(store.ensureLocal(packed.digest), (error) => !(error instanceof BundleUnavailable));
});

function unavailable(reason: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof BundleUnavailable, String(error));
    assert.match(error.message, /^Cannot use (the )?bundle/);
    assert.match(error.message, reason);
    return true;
  };
}
