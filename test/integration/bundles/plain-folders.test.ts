import assert from 'node:assert/strict';
import { mkdir, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createBundleCache } from '../../../src/bundles/cache/create-bundle-cache.js';
import { createFolderStore } from '../../../src/bundles/folder-store/create-folder-store.js';
import { packBundle } from '../../../src/bundles/pack/pack-bundle.js';
import { pushBundle } from '../../../src/bundles/push-bundle.js';
import { BundleUnavailable } from '../../../src/simulation/bundle-unavailable.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();

const cacheOver = async (store: string) =>
  createBundleCache({ source: createFolderStore(store), folder: await make(), limitBytes: 2 ** 30 });

test('a plain folder below the store is a bundle, found by its digest', async () => {
  const store = await make({ 'sir/wire.py': 'w', 'seir/wire.py': 'x', 'notes/todo.txt': 'no bundle' });
  const { digest } = await packBundle(join(store, 'seir'));
  const cache = await cacheOver(store);
  for (const ref of [digest, `seir@${digest}`, `elsewhere/model@${digest}`]) {
    const bundle = await cache.ensureLocal(ref);
    assert.equal((await packBundle(bundle.path)).digest, digest);
    await bundle.release();
  }
});

test('the store itself may be the bundle', async () => {
  const store = await make({ 'wire.py': 'w', 'models/sir.py': 'm' });
  const { digest } = await packBundle(store);
  const bundle = await (await cacheOver(store)).ensureLocal(digest);
  assert.equal((await packBundle(bundle.path)).digest, digest);
  await bundle.release();
});

test('the folder of a model is no place to keep bundles in, and nothing is written there', async () => {
  const folder = await make({ 'wire.py': 'w' });
  await assert.rejects(
    pushBundle(await packBundle(folder), createFolderStore(folder).target({})),
    /it is the folder of a model\. Set MODELOPS_BUNDLES_DIR/,
  );
  assert.deepEqual(await readdir(folder), ['wire.py']);
});

test('a folder whose content is another by now is not taken for the bundle', async () => {
  const store = await make({ 'sir/wire.py': 'w' });
  const { digest } = await packBundle(join(store, 'sir'));
  await writeFile(join(store, 'sir', 'wire.py'), 'changed');
  await assert.rejects((await cacheOver(store)).ensureLocal(`sir@${digest}`), /its manifest is not there/);
});

test('one store holds pushed bundles and plain folders, and lists both', async () => {
  const store = await make({ 'sir/wire.py': 'w' });
  const source = await make({ 'wire.py': 'pushed' });
  const opened = createFolderStore(store);
  const { ref } = await pushBundle(await packBundle(source), opened.target({ tag: 'v1' }));
  const plain = (await packBundle(join(store, 'sir'))).digest;
  assert.deepEqual(await opened.list(), [
    { ref, tags: ['v1'] },
    { ref: plain, tags: ['sir'] },
  ]);
  const cache = await cacheOver(store);
  for (const digest of [ref, plain]) await (await cache.ensureLocal(digest)).release();
});

test('a folder that cannot be packed spoils no other one, and is said where it is meant', async () => {
  const store = await make({ 'broken/wire.py': 'w', 'good/wire.py': 'w' });
  await symlink('/etc/hostname', join(store, 'broken', 'link'));
  const { digest } = await packBundle(join(store, 'good'));
  await (await (await cacheOver(store)).ensureLocal(digest)).release();
  const listed = await createFolderStore(store).list();
  assert.match(
    listed.find(({ tags }) => tags[0] === 'broken')?.problem ?? '',
    /it is a symbolic link out of the bundle/,
  );
  await assert.rejects(
    (await cacheOver(store)).ensureLocal(`broken@sha256:${'1'.repeat(64)}`),
    (error) =>
      error instanceof BundleUnavailable &&
      /link: it is a symbolic link out of the bundle/.test(error.message),
  );
});

test('a store that does not exist has no bundle', async () => {
  const store = join(await make(), 'nowhere');
  assert.deepEqual(await createFolderStore(store).list(), []);
  await assert.rejects((await cacheOver(store)).ensureLocal(`sha256:${'0'.repeat(64)}`), /is not there/);
});

test('a name moves to the bundle that got it last', async () => {
  const store = createFolderStore(await make());
  const first = await packBundle(await make({ 'wire.py': '1' }));
  const second = await packBundle(await make({ 'wire.py': '2' }));
  await pushBundle(first, store.target({ tag: 'latest' }));
  await pushBundle(second, store.target({ tag: 'latest' }));
  assert.deepEqual(await store.list(), [
    { ref: first.digest, tags: [] },
    { ref: second.digest, tags: ['latest'] },
  ]);
  await pushBundle(first, store.target({ tag: 'latest' }), { relist: true });
  assert.deepEqual((await store.list()).find(({ ref }) => ref === first.digest)?.tags, ['latest']);
});

test('after a blob that cannot be stored no other one is tried', async () => {
  const files = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${i}.txt`, String(i)]));
  const packed = await packBundle(await make({ 'wire.py': 'w', ...files }));
  const target = createFolderStore(await make()).target({});
  let tried = 0;
  const refusing = {
    ...target,
    putBlob: async () => {
      tried += 1;
      throw new Error('403: no role');
    },
  };
  await assert.rejects(pushBundle(packed, refusing), /403: no role/);
  assert.ok(tried <= 8, `${tried} were tried`);
});

test('a push that was cut off before the manifest is completed by the next one', async () => {
  const folder = await make();
  const store = createFolderStore(folder);
  const packed = await packBundle(await make({ 'wire.py': 'w', 'b.txt': 'b' }));
  const aborted = new AbortController();
  await assert.rejects(
    pushBundle(packed, store.target({}), {
      signal: aborted.signal,
      onProgress: ({ done }) => done === 1 && aborted.abort(new Error('Interrupted.')),
    }),
    /Interrupted/,
  );
  assert.deepEqual(await store.list(), []);
  await assert.rejects((await cacheOver(folder)).ensureLocal(packed.digest), /its manifest is not there/);
  await pushBundle(packed, store.target({}));
  await (await (await cacheOver(folder)).ensureLocal(packed.digest)).release();
  await mkdir(join(folder, 'moved'));
  await rename(join(folder, 'blobs'), join(folder, 'moved', 'blobs'));
  assert.ok((await pushBundle(packed, store.target({}))).blobs > 0, 'what was lost is stored again');
});
