import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { BlobServiceClient } from '@azure/storage-blob';
import { createBlobStore } from '../../../src/bundles/blob-store/create-blob-store.js';
import type { BundleStore } from '../../../src/bundles/bundle-store.js';
import { createFolderStore } from '../../../src/bundles/folder-store/create-folder-store.js';
import { openEnvironmentStore } from '../../../src/bundles/open-environment-store.js';
import { packBundle } from '../../../src/bundles/pack/pack-bundle.js';
import { pushBundle } from '../../../src/bundles/push-bundle.js';
import { verifyBundle } from '../../../src/bundles/verify-bundle.js';
import { type Azurite, startAzurite } from '../../../src/local-host/start-azurite.js';
import { registryStoreAt } from '../../fixtures/bundles/registry-store-at.js';
import {
  type RunningRegistry,
  registryMissing,
  startRegistry,
} from '../../fixtures/bundles/start-registry.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();
const id = 'a'.repeat(32);

function keepsEnvironments(open: () => Promise<{ store: BundleStore; repository?: string }>): void {
  test('an environment is kept beside its bundle, found by its id, and is no bundle', async () => {
    const { store, repository } = await open();
    const bundle = await packBundle(await make({ 'wire.py': 'w' }));
    const { ref } = await pushBundle(bundle, store.target(repository === undefined ? {} : { repository }));
    const environments = openEnvironmentStore(store);
    const name = { id, bundleRef: ref };
    const read = () => environments.read(name, ({ expanded }) => buffer(expanded));
    assert.deepEqual([await environments.find(name), await read()], [undefined, undefined]);
    const first = randomBytes(5_000_000);
    const put = async (content: Buffer) =>
      environments.put(name, join(await make({ environment: content }), 'environment'));
    // What is random does not become smaller.
    assert.ok((await put(first)).size >= first.length);
    assert.ok((await read())?.equals(first));
    const second = randomBytes(1000);
    const { digest } = await put(second);
    assert.ok((await read())?.equals(second));
    assert.equal(await environments.read(name, async (_tar, of) => of), digest);
    assert.equal(await environments.find({ ...name, id: 'b'.repeat(32) }), undefined);
    assert.deepEqual(
      (await store.list(repository)).map((listed) => listed.ref),
      [ref],
    );
    assert.deepEqual(
      (
        await verifyBundle(store, ref, {
          signal: AbortSignal.timeout(60_000),
          onProgress: () => undefined,
        })
      ).problems,
      [],
    );
  });
}

describe('in a folder', () => {
  keepsEnvironments(async () => ({ store: createFolderStore(await make()) }));
});

describe('in a container', () => {
  let azurite: Azurite;
  before(async () => {
    azurite = await startAzurite();
  });
  after(() => azurite.stop());
  keepsEnvironments(async () => {
    const blobs = BlobServiceClient.fromConnectionString(azurite.connectionString);
    return { store: createBlobStore(blobs.getContainerClient(`bundles-${randomBytes(4).toString('hex')}`)) };
  });
});

describe('in a registry', { skip: registryMissing() }, () => {
  let registry: RunningRegistry;
  before(async () => {
    registry = await startRegistry();
  });
  after(() => registry.stop());
  keepsEnvironments(async () => ({ store: registryStoreAt(`${registry.host}/models`) }));
  keepsEnvironments(async () => ({ store: registryStoreAt(registry.host), repository: 'one/model' }));
});
