import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { packBundle } from '../../../src/bundles/pack/pack-bundle.js';
import { resolveBundle } from '../../../src/bundles/pack/resolve-bundle.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();

const content = {
  'wire.py': 'def wire(): ...',
  'models/sir.py': 'x = 1',
  'bin/run*': '#!/bin/sh',
  'data/é😀.csv': '',
};

test('the same content has the same digest, whatever times and order of creation', async () => {
  const first = await make(content);
  const second = await make(Object.fromEntries(Object.entries(content).reverse()));
  await utimes(join(second, 'wire.py'), 1, 1);
  const [a, b] = [await packBundle(first), await packBundle(second)];
  assert.equal(a.digest, b.digest);
  assert.deepEqual(a.manifest, b.manifest);
  assert.deepEqual(
    a.files.map(({ path, executable }) => [path, executable]),
    [
      ['bin/run', true],
      ['data/é😀.csv', false],
      ['models/sir.py', false],
      ['wire.py', false],
    ],
  );
});

test('results and stores that lie in the folder are no part of the bundle', async () => {
  const plain = await packBundle(await make(content));
  const folder = await make({
    ...content,
    '.mops-cold-results': '',
    'results/job/.mops-cold-results': '',
    'results/job/task/x.csv': '1',
    'store/oci-layout': '{}',
    'store/index.json': '{}',
    'store/blobs/sha256/x': '1',
  });
  assert.equal((await packBundle(folder)).digest, plain.digest);
  await assert.rejects(
    packBundle(join(folder, 'store')),
    /it is a store of bundles .* Keep bundles and their store apart/,
  );
});

test('results are taken in where the ignore file says so, and what only looks like a store is content', async () => {
  const folder = await make({
    '.modelopsignore': '!results/job\n',
    'results/job/.mops-cold-results': '',
    'results/job/x.csv': '1',
    'data/oci-layout/notes.txt': 'a folder of this name',
    'other/oci-layout': 'a file without an index',
  });
  assert.deepEqual(
    (await packBundle(folder)).files.map(({ path }) => path),
    ['.modelopsignore', 'data/oci-layout/notes.txt', 'other/oci-layout', 'results/job/x.csv'],
  );
});

test('content, path and executable bit each change the digest', async () => {
  const folder = await make(content);
  const digests = new Set([(await packBundle(folder)).digest]);
  await chmod(join(folder, 'wire.py'), 0o755);
  digests.add((await packBundle(folder)).digest);
  await writeFile(join(folder, 'wire.py'), 'def wire(): pass');
  digests.add((await packBundle(folder)).digest);
  await writeFile(join(folder, 'more.txt'), '');
  digests.add((await packBundle(folder)).digest);
  assert.equal(digests.size, 4);
});

test('a bundle is an OCI manifest as modelops-bundle writes it: index as config, one layer a file', async () => {
  const packed = await packBundle(await make({ 'wire.py': 'w', 'bin/run*': 'r' }));
  const manifest = JSON.parse(packed.manifest.toString());
  const index = JSON.parse(packed.config.toString());
  assert.equal(manifest.mediaType, 'application/vnd.oci.image.manifest.v1+json');
  assert.equal(manifest.config.mediaType, 'application/vnd.modelops.bundle.index.v1+json');
  assert.equal(manifest.config.size, packed.config.length);
  assert.deepEqual(manifest.layers[1], {
    mediaType: 'application/vnd.oci.image.layer.v1.tar',
    digest: 'sha256:50e721e49c013f00c62cf59f2163542a9d8df02464efeb615d31051b0fddc326',
    size: 1,
    annotations: { 'org.opencontainers.image.title': 'wire.py' },
  });
  assert.deepEqual(index.files['wire.py'], {
    path: 'wire.py',
    digest: manifest.layers[1].digest,
    size: 1,
    storage: 'oci',
  });
  assert.equal(index.files['bin/run'].executable, true);
  assert.equal(index.version, '1.0');
});

test('version control, caches and virtual environments stay out', async () => {
  const folder = await make({
    'wire.py': 'w',
    '.git/HEAD': '',
    'models/__pycache__/a.pyc': '',
    'my-python/pyvenv.cfg': '',
    'my-python/lib/x.py': '',
    'node_modules/a/index.js': '',
    '.modelops-bundle/state.json': '{}',
    '.modelops-bundle/registry.yaml': 'models: {}',
  });
  const { files } = await packBundle(folder);
  assert.deepEqual(
    files.map((file) => file.path),
    ['.modelops-bundle/registry.yaml', 'wire.py'],
  );
});

test('a link inside the bundle stands for its content', async () => {
  const folder = await make({ 'wire.py': 'w', 'data/a.csv': 'a' });
  await symlink('data/a.csv', join(folder, 'b.csv'));
  await symlink('data', join(folder, 'more'));
  const linked = await packBundle(folder);
  const copied = await packBundle(
    await make({ 'wire.py': 'w', 'data/a.csv': 'a', 'b.csv': 'a', 'more/a.csv': 'a' }),
  );
  assert.equal(linked.digest, copied.digest);
});

test('links that leave the bundle, lead nowhere or run in a circle are refused by name', async () => {
  const outside = await make({ 'secret.txt': 's' });
  for (const [target, reason] of [
    [join(outside, 'secret.txt'), /link\.txt: it is a symbolic link out of the bundle, to .*secret\.txt/],
    ['../', /link\.txt: it is a symbolic link out of the bundle/],
    ['nowhere', /link\.txt: it is a symbolic link that leads nowhere/],
    ['.', /link\.txt: it is a symbolic link to a folder that contains it/],
  ] as const) {
    const folder = await make({ 'wire.py': 'w' });
    await symlink(target, join(folder, 'link.txt'));
    await assert.rejects(packBundle(folder), reason);
  }
});

test('names that other systems read otherwise are refused', async () => {
  await assert.rejects(
    packBundle(await make({ 'a\\b.py': '' })),
    /"a\\\\b\.py": its path contains a backslash/,
  );
});

test('a name that is not UTF-8 is refused', {
  skip: process.platform !== 'linux' && 'needs raw file names',
}, async () => {
  const folder = await make({ 'wire.py': 'w' });
  await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x66, 0xff])]), '');
  await assert.rejects(packBundle(folder), /Cannot pack fÿ: its name is not UTF-8\. Rename it\./);
});

test('a folder without content, no folder, and a file are refused with a sentence', async () => {
  const empty = await make({ '.git/HEAD': '' });
  await mkdir(join(empty, 'sub'));
  await assert.rejects(packBundle(empty), /holds no file that belongs into a bundle/);
  await assert.rejects(
    packBundle(join(empty, 'absent')),
    /there is no such file or folder .*Name the folder of the bundle/,
  );
  await assert.rejects(packBundle(join(empty, '.git/HEAD')), /is not a folder/);
});

test('references stay as they are; paths, file:// and local:// are packed', async () => {
  const folder = await make(content);
  const { digest } = await packBundle(folder);
  const reference = `repo@${digest}`;
  assert.deepEqual(await resolveBundle(reference), { kind: 'reference', ref: reference });
  for (const name of [folder, `${folder}/`, pathToFileURL(folder).href, `local://${folder}`]) {
    const resolved = await resolveBundle(name);
    assert.equal(resolved.kind === 'folder' && resolved.packed.digest, digest, name);
  }
  for (const name of ['local://dev', '.']) {
    const resolved = await resolveBundle(name, folder);
    assert.equal(resolved.kind === 'folder' && resolved.folder, folder, name);
  }
  await assert.rejects(
    resolveBundle('sha256:12'),
    /^NoBundleName: Cannot use the bundle: it is "sha256:12": it must be "sha256:<64 hex digits>"/,
  );
  for (const missing of ['no/such/folder', './no:such', 'file:///no/such', 'local://no@such']) {
    await assert.rejects(
      resolveBundle(missing),
      /there is no such file or folder .*Name the folder/,
      missing,
    );
  }
  await assert.rejects(resolveBundle('local://'), /names nothing/);
});

test('the size and digest of every file are those of its bytes', async () => {
  const { files } = await packBundle(await make(content));
  for (const file of files) assert.equal((await readFile(file.source)).length, file.size);
});
