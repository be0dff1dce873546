import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type BundleStand, makeModel, startBundleStand } from './bundle-stand.js';

let stand: BundleStand;
let model = '';
before(async () => {
  stand = await startBundleStand();
  model = await makeModel();
});
after(() => stand.stop());

test('damage that keeps the size is found, and mended by a push that repairs', async () => {
  const { ref } = await stand.json('push', model);
  const { files } = await stand.json('show', ref);
  const { digest, size } = files.find((file: { path: string }) => file.path === 'wire.py');
  const container = stand.storage.blobs.getContainerClient('bundles-of-this-test');
  await container.getBlockBlobClient(`blobs/${digest.replace(':', '/')}`).upload('x'.repeat(size), size);
  assert.equal((await stand.cli('bundle', 'verify', ref)).exitCode, 1);
  assert.equal((await stand.json('push', model)).new_blobs, 0);
  await stand.json('push', model, '--repair');
  assert.equal((await stand.json('verify', ref)).verified, true);
});

test('verify finds what is damaged or missing in the store, and push mends it', async () => {
  const { ref } = await stand.json('push', model);
  const container = stand.storage.blobs.getContainerClient('bundles-of-this-test');
  const digestOf = async (path: string) =>
    (await stand.json('show', ref)).files.find((file: { path: string }) => file.path === path).digest;
  const wire = container.getBlockBlobClient(`blobs/${(await digestOf('wire.py')).replace(':', '/')}`);
  await wire.upload('x'.repeat(10), 10);
  await container.deleteBlob(`blobs/${(await digestOf('models/sir.py')).replace(':', '/')}`);
  const { exitCode, stdout } = await stand.cli('bundle', 'verify', ref);
  assert.equal(exitCode, 1);
  assert.match(stdout, /wire\.py ends after 10 of \d+ bytes/);
  assert.match(stdout, /models\/sir\.py is not there/);
  assert.match(stdout, /is damaged in the container .*: 2 of 5 files\. Push it again with --repair\./);
  assert.equal((await stand.json('push', model)).new_blobs, 2);
  assert.equal((await stand.json('verify', ref)).verified, true);
});
