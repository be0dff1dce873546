import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { packBundle } from '../../../src/bundles/pack/pack-bundle.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { type BundleStand, makeModel, startBundleStand } from './bundle-stand.js';

const make = temporaryFolders();
let stand: BundleStand;
let model = '';
before(async () => {
  stand = await startBundleStand();
  model = await makeModel();
});
after(() => stand.stop());

test('a folder is pushed once, listed, shown and pulled, and comes back as it was', async () => {
  const first = await stand.cli('bundle', 'push', model, '--tag', 'sir');
  assert.equal(first.exitCode, 0, first.stderr);
  const ref = first.stdout.trim();
  assert.match(ref, /^sha256:[0-9a-f]{64}$/);
  assert.match(first.stderr, /Stored the bundle .* in the container bundles-of-this-test at http/);

  assert.deepEqual(await stand.json('push', model), { ref, new_blobs: 0, new_bytes: 0, targets: {} });
  const { bundles } = await stand.json('list');
  assert.deepEqual(bundles, [{ ref, tags: ['sir'], files: 5, bytes: bundles[0].bytes, problem: '' }]);

  const shown = await stand.json('show', ref);
  assert.deepEqual(shown.metadata, { wire: 'wire.py:wire', timeout_seconds: 60 });
  assert.deepEqual(
    shown.files.map(({ path }: { path: string }) => path),
    ['.modelops/manifest.json', '.modelopsignore', 'bin/tool', 'models/sir.py', 'wire.py'],
  );

  const pulled = join(stand.folder, 'pulled');
  assert.equal((await stand.json('pull', ref, pulled)).files, 5);
  assert.equal((await packBundle(pulled)).digest, ref);
  assert.equal((await stat(join(pulled, 'wire.py'))).mode & 0o200, 0o200, 'a person may change it');
  const again = await stand.cli('bundle', 'pull', ref, pulled);
  assert.equal(again.exitCode, 2);
  assert.match(again.stderr, /^Cannot fetch into .*: it is not empty \(.+ is there\)\./);
  assert.deepEqual(
    (await readdir(stand.folder)).filter((name) => name.startsWith('.')),
    [],
    'nothing unfinished is left',
  );
  assert.equal((await stand.json('verify', ref)).verified, true);
});

test('a folder that is there is filled, not replaced, and what came meanwhile stays', async () => {
  const { ref } = await stand.json('push', model);
  const target = join(stand.folder, 'there');
  await mkdir(target, { mode: 0o700 });
  const { ino } = await stat(target);
  await stand.json('pull', ref, target);
  const facts = await stat(target);
  assert.deepEqual([facts.ino, facts.mode & 0o777], [ino, 0o700]);
  assert.equal((await packBundle(target)).digest, ref);
  await writeFile(join(stand.folder, 'file'), '');
  const onFile = await stand.cli('bundle', 'pull', ref, join(stand.folder, 'file'));
  assert.equal(onFile.exitCode, 2);
  assert.match(onFile.stderr, /it is a file, or lies below one/);
});

test('an ignore file takes out what it names, and takes in again what is left out otherwise', async () => {
  const folder = await make({
    'wire.py': '',
    'data/large.csv': '',
    'data/keep.csv': '',
    'out/x.txt': '',
    'venv.txt': '',
    '.env': 'SECRET=1',
    '.vscode/settings.json': '{}',
    'Data/UPPER.CSV': '',
    '.modelopsignore': '# comment\n/out/\n*.csv\n!keep.csv\n!.vscode\n',
  });
  const { files } = await stand.json('show', folder);
  assert.deepEqual(
    files.map(({ path }: { path: string }) => path),
    ['.modelopsignore', '.vscode/settings.json', 'Data/UPPER.CSV', 'data/keep.csv', 'venv.txt', 'wire.py'],
  );
});

test('two folders with the same content are the same bundle, whoever owns them and whenever they were written', async () => {
  const twin = await make({});
  for (const path of await readdir(model, { recursive: true })) {
    const facts = await stat(join(model, path));
    if (facts.isDirectory()) await mkdir(join(twin, path), { recursive: true });
  }
  for (const path of (await readdir(model, { recursive: true })).reverse()) {
    const facts = await stat(join(model, path));
    if (!facts.isFile()) continue;
    await writeFile(join(twin, path), await readFile(join(model, path)));
    await chmod(join(twin, path), facts.mode | 0o040);
  }
  assert.equal((await stand.json('push', twin)).ref, (await stand.json('push', model)).ref);
});
