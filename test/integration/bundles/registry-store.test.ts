import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { BundleStore } from '../../../src/bundles/bundle-store.js';
import type { PackedBundle } from '../../../src/bundles/format/packed-bundle.js';
import { sha256 } from '../../../src/bundles/format/sha256.js';
import { packBundle } from '../../../src/bundles/pack/pack-bundle.js';
import type { RegistryOptions } from '../../../src/bundles/registry-store/registry-options.js';
import { pushToTarget } from '../../fixtures/bundles/push-to-target.js';
import { readBytes } from '../../fixtures/bundles/read-bytes.js';
import { registryStoreAt } from '../../fixtures/bundles/registry-store-at.js';
import {
  type RunningRegistry,
  registryMissing,
  registryUser,
  startRegistry,
} from '../../fixtures/bundles/start-registry.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const content = { 'wire.py': 'w', 'models/sir.py': 'w', 'bin/run*': 'r', 'empty.txt': '' };
const make = temporaryFolders();

const pack = async (files: Record<string, string | Uint8Array> = content) => packBundle(await make(files));

/** Reads all of a bundle and compares it with what was packed. */
async function assertReadable(store: BundleStore, ref: string, packed: PackedBundle): Promise<void> {
  assert.deepEqual(await readBytes(store.openManifest(ref)), packed.manifest);
  assert.deepEqual(await readBytes(store.openBlob(ref, sha256(packed.config))), packed.config);
  for (const file of packed.files) {
    const bytes = await readBytes(store.openBlob(ref, file.digest));
    assert.equal(bytes && sha256(bytes), file.digest, file.path);
  }
}

describe('a registry', { skip: registryMissing() }, () => {
  let registry: RunningRegistry;
  const storeAt = (path: string, options?: Partial<RegistryOptions>) =>
    registryStoreAt(`${registry.host}${path}`, options);
  before(async () => {
    registry = await startRegistry();
  });
  after(() => registry.stop());

  test('gives back what was pushed to it, with the same digests', async () => {
    const store = storeAt('/round/trip');
    const packed = await pack();
    const lacking = await pushToTarget(store.target({}), packed);
    assert.equal(lacking.length, 4, 'two files have the same content');
    assert.equal(store.target({}).refOf(packed.digest), packed.digest);
    await assertReadable(store, packed.digest, packed);
  });

  test('lacks nothing of a bundle that it has, and only what is new of another', async () => {
    const target = storeAt('/again').target({});
    await pushToTarget(target, await pack());
    assert.deepEqual(await pushToTarget(target, await pack()), []);
    const lacking = await pushToTarget(target, await pack({ ...content, 'new.py': 'n' }));
    assert.equal(lacking.length, 2, 'the new file and the list of files');
  });

  test('takes and gives a large file as it is read', async () => {
    const store = storeAt('/large');
    const packed = await pack({ 'large.bin': Buffer.alloc(48 * 1024 * 1024, 'mops') });
    await pushToTarget(store.target({}), packed);
    await assertReadable(store, packed.digest, packed);
  });

  test('finds a bundle below the path of the setting, beside it, at it, and with its host in the reference', async () => {
    const packed = await pack();
    await pushToTarget(storeAt('').target({ repository: 'team/sir' }), packed);
    for (const [path, ref] of [
      ['', `team/sir@${packed.digest}`],
      ['/team', `sir@${packed.digest}`],
      ['/other', `team/sir@${packed.digest}`],
      ['/team/sir', `sir@${packed.digest}`],
      ['/team/sir', packed.digest],
      ['/other', `${registry.host}/team/sir@${packed.digest}`],
    ] as const) {
      await assertReadable(storeAt(path), ref, packed);
    }
  });

  test('is pushed to below the path of the setting, and read by the reference that the push gave', async () => {
    const packed = await pack({ 'wire.py': 'below' });
    const store = storeAt('/models');
    const target = store.target({ repository: 'sir', tag: 'v1' });
    await pushToTarget(target, packed);
    assert.equal(target.refOf(packed.digest), `sir@${packed.digest}`);
    await assertReadable(store, target.refOf(packed.digest), packed);
    await assertReadable(storeAt('/models/sir'), packed.digest, packed);
  });

  test('answers undefined for what it does not have', async () => {
    const store = storeAt('/round');
    const absent = sha256(Buffer.from('absent'));
    assert.equal(await store.openManifest(`nowhere@${absent}`), undefined);
    assert.equal(await store.openBlob(`trip@${absent}`, absent), undefined);
  });

  test('lists bundles once each, with the tags that people gave', async () => {
    const store = storeAt('/listed');
    const [first, second] = [await pack({ 'wire.py': '1' }), await pack({ 'wire.py': '2' })];
    assert.deepEqual(await store.list(), []);
    assert.deepEqual(await store.list('nothing'), []);
    await pushToTarget(store.target({}), first);
    await pushToTarget(store.target({ tag: 'v2' }), second);
    await pushToTarget(store.target({ tag: 'latest' }), second);
    const byRef = (left: { ref: string }, right: { ref: string }) => (left.ref < right.ref ? -1 : 1);
    assert.deepEqual(
      (await store.list()).sort(byRef),
      [
        { ref: first.digest, tags: [] },
        { ref: second.digest, tags: ['latest', 'v2'] },
      ].sort(byRef),
    );
    const [named] = await storeAt('').list('listed');
    assert.match(named?.ref ?? '', /^listed@sha256:/);
  });

  test('takes a manifest only when it has its blobs', async () => {
    const packed = await pack({ 'wire.py': 'never pushed' });
    const manifest = { digest: packed.digest, size: packed.manifest.length };
    await assert.rejects(storeAt('/incomplete').target({}).putManifest(manifest, packed.manifest), {
      name: 'BundleUnavailable',
      message: /^Cannot push the manifest sha256:.* answered \d+ \((MANIFEST_)?BLOB_UNKNOWN: /,
    });
  });

  test('is told apart from one that speaks TLS', async () => {
    const digest = sha256(Buffer.from(''));
    await assert.rejects(storeAt('/x', { insecure: false }).openManifest(digest), {
      name: 'BundleUnavailable',
      message: /does not speak TLS\. When it speaks plain HTTP, set MODELOPS_BUNDLE_INSECURE=true/,
    });
  });
});

describe('a registry that wants a password', { skip: registryMissing() }, () => {
  let registry: RunningRegistry;
  let packed: PackedBundle;
  const { username, password } = registryUser;
  const storeWith = (env: NodeJS.ProcessEnv) => registryStoreAt(`${registry.host}/private`, { env });
  before(async () => {
    registry = await startRegistry({ auth: true });
    packed = await pack();
  });
  after(() => registry.stop());

  test('is opened by REGISTRY_USERNAME and REGISTRY_PASSWORD', async () => {
    const store = storeWith({ REGISTRY_USERNAME: username, REGISTRY_PASSWORD: password });
    await pushToTarget(store.target({}), packed);
    await assertReadable(store, packed.digest, packed);
    assert.equal((await store.list()).length, 1);
  });

  test('is opened by what docker login left, in DOCKER_CONFIG or below HOME', async () => {
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    const config = JSON.stringify({ auths: { [`http://${registry.host}/v1/`]: { auth } } });
    const home = await make({ 'config.json': config });
    await mkdir(join(home, '.docker'));
    await writeFile(join(home, '.docker', 'config.json'), config);
    for (const env of [{ DOCKER_CONFIG: home }, { HOME: home }]) {
      const store = storeWith(env);
      await pushToTarget(store.target({}), packed);
      await assertReadable(store, packed.digest, packed);
    }
  });

  test('says what was tried and what to do when it is not opened', async () => {
    const store = storeWith({ REGISTRY_USERNAME: username, REGISTRY_PASSWORD: 'hunter2' });
    await assert.rejects(store.openManifest(packed.digest), (error: Error) => {
      assert.equal(error.name, 'BundleUnavailable');
      assert.match(error.message, /^Cannot read manifests\/sha256:.* answered 401 \(UNAUTHORIZED: /);
      assert.match(error.message, /with the credentials of REGISTRY_USERNAME and REGISTRY_PASSWORD\. Set/);
      assert.ok(!error.message.includes('hunter2'));
      return true;
    });
    const home = await make({});
    await assert.rejects(storeWith({ HOME: home }).target({}).lacking([], packed.digest), {
      name: 'BundleUnavailable',
      message: new RegExp(
        `without credentials: REGISTRY_USERNAME and REGISTRY_PASSWORD are not set, ${home}/.docker/config.json does not exist\\. Set .*, run "docker login ${registry.host}"`,
      ),
    });
  });
});
