import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BlobServiceClient } from '@azure/storage-blob';
import { createResolutions } from '../../../src/bundles/blob-store/create-resolutions.js';
import { startAzurite } from '../../../src/local-host/start-azurite.js';

test('of those who keep a resolution at once one stays, and all have it', async (t) => {
  const azurite = await startAzurite();
  t.after(() => azurite.stop());
  const container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(
    'bundles',
  );
  const { read, keep } = createResolutions(container);
  const id = '0'.repeat(32);
  assert.equal(await read(id), undefined);
  const texts = Array.from({ length: 8 }, (_, n) => `numpy==2.${n}\n`);
  const kept = new Set(await Promise.all(texts.map((text) => keep(id, text))));
  assert.equal(kept.size, 1);
  assert.ok(texts.includes([...kept][0] ?? ''));
  assert.deepEqual(new Set([await read(id)]), kept);
});
