import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decompress } from 'fzstd';
import { loadZstd } from '../../../src/files/load-zstd.js';

const bytes = Buffer.from('as the last one; '.repeat(10_000));

test('what is compressed by Node or by the package is zstd, also when it is loaded twice', async () => {
  for (const compress of [await loadZstd(), await loadZstd()]) {
    const compressed = compress(bytes);
    assert.ok(compressed.length < bytes.length / 100);
    assert.deepEqual(Buffer.from(decompress(compressed)), bytes);
  }
});

test('the package is not loaded in a Node that has zstd', async () => {
  const asked: unknown[] = [];
  const compress = await loadZstd({
    zstdCompressSync(_, options) {
      asked.push(options);
      return Uint8Array.of(7);
    },
  });
  assert.deepEqual(compress(bytes), Uint8Array.of(7));
  compress(bytes, 9);
  // ZSTD_c_compressionLevel
  assert.deepEqual(asked, [{ params: { 100: 3 } }, { params: { 100: 9 } }]);
});
