import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { decompressed } from '../../../src/bundles/decompressed.js';
import { loadZstd } from '../../../src/files/load-zstd.js';

const zstd = await loadZstd();
const part = 'sir,'.repeat(2500);
const whole = part + part;
/** Two frames, as files have one for every few megabytes. */
const compressed = Buffer.concat([zstd(Buffer.from(part)), zstd(Buffer.from(part))]);
const chunks = (bytes: Buffer) =>
  Array.from({ length: Math.ceil(bytes.length / 7) }, (_, at) => bytes.subarray(at * 7, at * 7 + 7));

test('what was compressed is read in pieces, by every Node', async () => {
  assert.equal(await text(decompressed(Readable.from(chunks(compressed)))), whole);
});

test('what was compressed and ends too early is not taken for whole', async () => {
  const cut = compressed.subarray(0, compressed.length - 5);
  const read = text(decompressed(Readable.from(chunks(cut))));
  assert.notEqual(await read.catch(() => 'refused'), whole);
});

test('what is not compressed is refused', async () => {
  await assert.rejects(text(decompressed(Readable.from([Buffer.from(whole)]))));
});

test('what the bytes fail with is told', async () => {
  async function* failing() {
    yield compressed.subarray(0, 20);
    throw new Error('the connection broke');
  }
  await assert.rejects(text(decompressed(failing())), /the connection broke/);
});

test('what becomes gigabytes of a few bytes is not decompressed to its end', async () => {
  const bomb = zstd(Buffer.alloc(8 * 1024 * 1024));
  const read = async (free: number) => {
    let size = 0;
    for await (const chunk of decompressed(Readable.from([bomb]), free)) size += chunk.length;
    return size;
  };
  assert.equal(await read(8 * 1024 * 1024), 8 * 1024 * 1024);
  await assert.rejects(read(1024), /more than 200 times as large/);
});
