import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { createBlobStore } from '../../../src/bundles/blob-store/create-blob-store.js';
import { createBundleCache } from '../../../src/bundles/cache/create-bundle-cache.js';
import { createFolderStore } from '../../../src/bundles/folder-store/create-folder-store.js';
import { sha256 } from '../../../src/bundles/format/sha256.js';
import { openBundleStore } from '../../../src/bundles/open-bundle-store.js';
import { packBundle } from '../../../src/bundles/pack/pack-bundle.js';
import { pushBundle } from '../../../src/bundles/push-bundle.js';
import { type Azurite, startAzurite } from '../../../src/local-host/start-azurite.js';
import { BundleUnavailable } from '../../../src/simulation/bundle-unavailable.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

let azurite: Azurite;
let blobs: BlobServiceClient;
const make = temporaryFolders();
before(async () => {
  azurite = await startAzurite();
  blobs = BlobServiceClient.fromConnectionString(azurite.connectionString);
});
after(() => azurite.stop());

const newContainer = (): ContainerClient =>
  blobs.getContainerClient(`bundles-${randomBytes(4).toString('hex')}`);
const content = { 'wire.py': 'w', 'models/sir.py': 'w', 'bin/run*': 'r', 'empty.txt': '' };

test('a bundle comes back from a container, with the digest that it has in a folder', async () => {
  const packed = await packBundle(await make(content));
  const store = createBlobStore(newContainer());
  const pushed = await pushBundle(packed, store.target({}));
  const inFolder = await pushBundle(packed, createFolderStore(await make()).target({}));
  assert.deepEqual(pushed, inFolder);
  const cache = createBundleCache({ source: store, folder: await make(), limitBytes: 2 ** 30 });
  const bundle = await cache.ensureLocal(pushed.ref);
  assert.equal((await packBundle(bundle.path)).digest, pushed.ref);
  await bundle.release();
});

test('the container is an OCI image layout, index included', async () => {
  const container = newContainer();
  const packed = await packBundle(await make(content));
  await pushBundle(packed, createBlobStore(container).target({ tag: 'seir' }));
  const text = async (name: string) => (await container.getBlobClient(name).downloadToBuffer()).toString();
  assert.deepEqual(JSON.parse(await text('oci-layout')), { imageLayoutVersion: '1.0.0' });
  assert.deepEqual(JSON.parse(await text('index.json')).manifests, [
    {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: packed.digest,
      size: packed.manifest.length,
      annotations: { 'org.opencontainers.image.ref.name': 'seir' },
    },
  ]);
  for await (const { name } of container.listBlobsFlat({ prefix: 'blobs/' })) {
    assert.equal(`blobs/${sha256(Buffer.from(await text(name))).replace(':', '/')}`, name);
  }
});

test('pushing again uploads nothing; pushing a change uploads what is new', async () => {
  const folder = await make(content);
  const store = createBlobStore(newContainer());
  await pushBundle(await packBundle(folder), store.target({}));
  const again = await pushBundle(await packBundle(folder), store.target({}));
  assert.deepEqual({ blobs: again.blobs, bytes: again.bytes }, { blobs: 0, bytes: 0 });
  await writeFile(join(folder, 'wire.py'), 'new');
  assert.equal((await pushBundle(await packBundle(folder), store.target({}))).blobs, 3);
  assert.equal((await store.list()).length, 2);
});

test('a blob that was lost or cut off is uploaded again', async () => {
  const container = newContainer();
  const packed = await packBundle(await make({ 'wire.py': 'wire', 'b.txt': 'bbbb' }));
  const target = createBlobStore(container).target({});
  await pushBundle(packed, target);
  const blobOf = (text: string) =>
    container.getBlockBlobClient(`blobs/${sha256(Buffer.from(text)).replace(':', '/')}`);
  await blobOf('wire').delete();
  await blobOf('bbbb').upload('b', 1);
  assert.equal((await pushBundle(packed, target)).blobs, 2);
  assert.equal((await blobOf('bbbb').getProperties()).contentLength, 4);
});

test('pushes at the same time are all listed, and a name means one bundle', async () => {
  const store = createBlobStore(newContainer());
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const pushed = await Promise.all(
    names.map(async (name) => {
      const packed = await packBundle(await make({ 'wire.py': name }));
      return (await pushBundle(packed, store.target({ tag: 'latest' }))).ref;
    }),
  );
  const listed = await store.list();
  assert.deepEqual(listed.map(({ ref }) => ref).sort(), pushed.sort());
  assert.equal(listed.filter(({ tags }) => tags.includes('latest')).length, 1);
});

test('a file larger than one request arrives whole', async () => {
  const large = randomBytes(20 * 1024 * 1024);
  const store = createBlobStore(newContainer());
  const { ref } = await pushBundle(await packBundle(await make({ 'data.bin': large })), store.target({}));
  const cache = createBundleCache({ source: store, folder: await make(), limitBytes: 2 ** 30 });
  const bundle = await cache.ensureLocal(ref);
  assert.equal((await packBundle(bundle.path)).digest, ref);
  await bundle.release();
});

test('a bundle that the container, or an account without the container, does not have is unavailable', async () => {
  const empty = newContainer();
  await empty.create();
  for (const container of [newContainer(), empty]) {
    const source = createBlobStore(container);
    const cache = createBundleCache({ source, folder: await make(), limitBytes: 2 ** 30 });
    await assert.rejects(cache.ensureLocal(`sha256:${'0'.repeat(64)}`), (error) => {
      assert.ok(error instanceof BundleUnavailable);
      assert.match(error.message, /from the container bundles-.* its manifest is not there/);
      return true;
    });
  }
});

test('files that modelops-bundle kept in Blob storage are fetched from there', async () => {
  const data = newContainer();
  await data.create();
  const large = Buffer.from('a large file');
  const hex = sha256(large).slice('sha256:'.length);
  const name = `my data/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`;
  await data.getBlockBlobClient(name).upload(large, large.length);
  const bundles = newContainer();
  const store = await openBundleStore({ kind: 'blob', container: bundles.containerName }, { blobs, env: {} });
  const put = (digest: string, text: string) =>
    store.target({}).putBlob({ digest, size: Buffer.byteLength(text) }, async function* () {
      yield Buffer.from(text);
    });
  const bundleOf = async (uri: string) => {
    const entry = {
      path: 'data.bin',
      digest: sha256(large),
      size: large.length,
      storage: 'blob',
      mediaType: null,
    };
    const index = JSON.stringify({
      version: '1.0',
      created: '2026-01-01T00:00:00Z',
      tool: {},
      files: { 'data.bin': { ...entry, blobRef: { uri, etag: '"0x1"' } } },
      metadata: {},
    });
    const config = {
      mediaType: 'application/vnd.modelops.bundle.index.v1+json',
      digest: sha256(Buffer.from(index)),
      size: index.length,
    };
    const manifest = JSON.stringify({ schemaVersion: 2, config, layers: [], annotations: {} });
    await bundles.createIfNotExists();
    await put(config.digest, index);
    await put(sha256(Buffer.from(manifest)), manifest);
    return sha256(Buffer.from(manifest));
  };
  const cacheOver = async (source: Parameters<typeof createBundleCache>[0]['source']) =>
    createBundleCache({ source, folder: await make(), limitBytes: 2 ** 30 });

  const good = await bundleOf(`azure://${data.containerName}/${name.replace(' ', '%20')}`);
  const bundle = await (await cacheOver(store)).ensureLocal(good);
  assert.deepEqual(await readdir(bundle.path), ['data.bin']);
  await bundle.release();

  const { openExternal: _, ...without } = store;
  await assert.rejects(
    (await cacheOver(without)).ensureLocal(good),
    /there is no azure_backend to read it from/,
  );
  for (const [uri, reason] of [
    [`azure://${data.containerName}/nowhere`, /its file data\.bin is not there \(azure:\/\//],
    ['fs:///srv/data/x', /is kept at fs:\/\/\/srv\/data\/x, which only the machine that pushed/],
    ['azure://only-a-container', /which is no azure:\/\/<container>\/<blob name>/],
  ] as const) {
    await assert.rejects((await cacheOver(store)).ensureLocal(await bundleOf(uri)), reason);
  }
});
