import assert from 'node:assert/strict';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createBundleCache } from '../../../src/bundles/cache/create-bundle-cache.js';
import { createFolderStore } from '../../../src/bundles/folder-store/create-folder-store.js';
import { sha256 } from '../../../src/bundles/format/sha256.js';
import { BundleUnavailable } from '../../../src/simulation/bundle-unavailable.js';
import { cachedBundles } from '../../fixtures/bundles/cached-bundles.js';
import { makeFolder } from '../../fixtures/files/make-folder.js';

let parent = '';
before(async () => {
  parent = await makeFolder();
  await mkdir(join(parent, 'store', 'blobs', 'sha256'), { recursive: true });
  await put(Buffer.from('w'));
});
after(() => rm(parent, { recursive: true }));

async function put(bytes: Buffer) {
  const digest = sha256(bytes);
  await writeFile(join(parent, 'store', 'blobs', ...digest.split(':')), bytes);
  return { digest, size: bytes.length };
}

const putJson = (value: object) => put(Buffer.from(JSON.stringify(value)));

const w = { digest: sha256(Buffer.from('w')), size: 1 };
const layer = (path: string, more: object = {}) => ({
  mediaType: 'application/vnd.oci.image.layer.v1.tar',
  ...w,
  annotations: { 'org.opencontainers.image.title': path },
  ...more,
});
const entry = (path: string, more: object = {}) => [path, { path, ...w, storage: 'oci', ...more }] as const;
const both = (path: string) => ({ layers: [layer(path)], files: [entry(path)] });

interface Pushed {
  layers?: object[];
  files?: (readonly [string, object])[];
  configType?: string;
  manifest?: object;
}

/** Stores a bundle as some other tool might have made it. @returns its digest */
async function pushAsIs({
  layers = [layer('wire.py')],
  files = [entry('wire.py')],
  configType = 'application/vnd.modelops.bundle.index.v1+json',
  manifest = {},
}: Pushed): Promise<string> {
  const index = { version: '1.0', created: '2025-01-01T00:00:00Z', files: Object.fromEntries(files) };
  const config = { mediaType: configType, ...(await putJson(index)) };
  return (await putJson({ schemaVersion: 2, config, layers, ...manifest })).digest;
}

const ensureLocal = (digest: string) =>
  createBundleCache({
    source: createFolderStore(join(parent, 'store')),
    folder: join(parent, 'cache'),
    limitBytes: 2 ** 30,
  }).ensureLocal(digest);

test('a bundle as modelops-bundle writes it is read', async () => {
  const files = [entry('models/sir.py', { mediaType: null, blobRef: null }), entry('__proto__'), entry('1')];
  const layers = ['models/sir.py', '__proto__', '1'].map((path) => layer(path));
  const local = await ensureLocal(await pushAsIs({ layers, files, manifest: { annotations: {} } }));
  assert.deepEqual((await readdir(local.path, { recursive: true })).sort(), [
    '1',
    '__proto__',
    'models',
    'models/sir.py',
  ]);
  await rm(join(parent, 'cache'), { recursive: true });
});

const malformed: [string, Pushed, RegExp][] = [
  ['with an absolute path', both('/tmp/evil.py'), /the path "\/tmp\/evil\.py" is absolute/],
  ['with a path that climbs out', both('a/../../evil.py'), /leaves the bundle by "\.\."/],
  ['with a path that climbs out by backslashes', both('..\\evil.py'), /contains a backslash/],
  ['with a name that no file system takes', both(`${'x'.repeat(300)}.py`), /longer than 255 bytes/],
  ['with two layers for one file', { layers: [layer('wire.py'), layer('wire.py')] }, /two of its layers are/],
  [
    'with a layer without a name',
    { layers: [layer('', { annotations: {} })] },
    /does not say which file it is/,
  ],
  ['with an unsafe layer name', { layers: [layer('wire.py'), layer('../x')] }, /leaves the bundle/],
  [
    'whose list lacks a layer',
    { layers: [layer('wire.py'), layer('b')] },
    /its list of files does not have "b"/,
  ],
  ['whose layers lack a file', { files: [entry('wire.py'), entry('b')] }, /no layer is its file "b"/],
  [
    'whose list has a file under another name',
    { files: [['a', entry('wire.py')[1]]] },
    /has "wire\.py" under the name/,
  ],
  ['without files', { layers: [], files: [] }, /it holds no file/],
  ['whose sizes disagree', { files: [entry('wire.py', { size: 2 })] }, /disagree about "wire\.py"/],
  [
    'that claims less than it holds',
    { files: [entry('wire.py', { size: 0 })], layers: [layer('wire.py', { size: 0 })] },
    /is longer than the 0 bytes/,
  ],
  ['that is a list of manifests', { manifest: { manifests: [] } }, /it is a list of manifests/],
  [
    'that is an OCI index by its type',
    { manifest: { mediaType: 'application/vnd.oci.image.index.v1+json' } },
    /it is a list of manifests/,
  ],
  ['of another manifest type', { manifest: { mediaType: 'x/y' } }, /its manifest is not valid/],
  ['with another config', { configType: 'x/y' }, /its config is of type x\/y/],
  [
    'with a file in Blob storage',
    { files: [entry('wire.py', { storage: 'blob' })] },
    /is kept in Blob storage/,
  ],
  [
    'with a digest that is none',
    { layers: [layer('wire.py', { digest: 'sha256:../..' })] },
    /a digest is sha256:/,
  ],
  [
    'where a file is also a folder',
    { layers: [layer('a'), layer('a/b')], files: [entry('a'), entry('a/b')] },
    /"a" is a file as well as a folder/,
  ],
];

for (const [what, pushed, reason] of malformed) {
  test(`a bundle ${what} is unavailable, and nothing of it is written`, async () => {
    await assert.rejects(ensureLocal(await pushAsIs(pushed)), (error) => {
      assert.ok(error instanceof BundleUnavailable, String(error));
      assert.match(error.message, reason);
      return true;
    });
    assert.deepEqual(await cachedBundles(join(parent, 'cache')), { bundles: [], unfinished: [] });
  });
}

test('a manifest with more mistakes than anybody would read is unavailable, in a few words', async () => {
  const layers = Array.from({ length: 500_000 }, () => 0);
  await assert.rejects(ensureLocal(await pushAsIs({ manifest: { layers } })), (error) => {
    assert.ok(error instanceof BundleUnavailable);
    assert.match(error.message, /its manifest is not valid: layers\[0\]/);
    assert.ok(error.message.length < 2_000);
    return true;
  });
});

test('a manifest that is longer than any registry takes is unavailable', async () => {
  const layers = [layer('wire.py', { annotations: { note: 'x'.repeat(9 * 1024 * 1024) } })];
  await assert.rejects(ensureLocal(await pushAsIs({ layers })), /its manifest is longer than 8388608 bytes/);
});

test('a manifest that is not JSON is unavailable', async () => {
  await assert.rejects(ensureLocal((await put(Buffer.from('<html>'))).digest), /its manifest is not JSON/);
  await assert.rejects(
    ensureLocal((await put(Buffer.from([0x22, 0xff, 0x22]))).digest),
    /its manifest is not JSON/,
  );
});
