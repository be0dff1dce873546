import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { decompressed } from '../../../src/bundles/decompressed.js';

const whole = 'sir,'.repeat(5000);
const byZstd = Buffer.from('KLUv/QRYZQAAIHNpciwBABnOuyMCQppgDA==', 'base64');

for (const [name, compressed] of [
  ['gzip', gzipSync(whole)],
  ['zstd', byZstd],
] as const) {
  const chunks = (bytes: Buffer) =>
    Array.from({ length: Math.ceil(bytes.length / 7) }, (_, at) => bytes.subarray(at * 7, at * 7 + 7));

  test(`what was compressed by ${name} is read in pieces, by every Node`, async () => {
    assert.equal(await text(decompressed(Readable.from(chunks(compressed)), name)), whole);
  });

  // zlib of Node does not tell that zstd has no end: digest and tar do.
  test(`what was compressed by ${name} and ends too early is not taken for whole`, async () => {
    const cut = compressed.subarray(0, compressed.length - 5);
    const read = text(decompressed(Readable.from(chunks(cut)), name));
    assert.notEqual(await read.catch(() => 'refused'), whole);
  });

  test(`what is not compressed by ${name} is refused`, async () => {
    await assert.rejects(text(decompressed(Readable.from([Buffer.from(whole)]), name)));
  });

  test(`what the bytes of ${name} fail with is told`, async () => {
    async function* failing() {
      yield compressed.subarray(0, 20);
      throw new Error('the connection broke');
    }
    await assert.rejects(text(decompressed(failing(), name)), /the connection broke/);
  });
}

test('what becomes gigabytes of a few bytes is not decompressed to its end', async () => {
  const bomb = gzipSync(Buffer.alloc(8 * 1024 * 1024));
  const read = async (free: number) => {
    let size = 0;
    for await (const chunk of decompressed(Readable.from([bomb]), 'gzip', free)) size += chunk.length;
    return size;
  };
  assert.equal(await read(8 * 1024 * 1024), 8 * 1024 * 1024);
  await assert.rejects(read(1024), /more than 200 times as large/);
});
