import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { zstdOfNode } from '../files/zstd-of-node.js';

const chunkSize = 1024 * 1024;
/** What is packed well takes a tenth: a few bytes that become gigabytes would fill the disk. The first megabytes may, as an empty file of them does. */
const mostTimes = 200;
const freeBytes = 256 * 1024 * 1024;

/**
 * What was compressed for being kept beside bundles, while it arrives. Python does it, too, where it can (arriving.py), and in less time: Node collects its
 * garbage for every 16 MB that pass through it.
 *
 * @param free bytes that may come of however few
 * @throws what the bytes fail with, and Error when they are not compressed so
 */
export async function* decompressed(
  bytes: AsyncIterable<Uint8Array>,
  compression: 'gzip' | 'zstd',
  free = freeBytes,
): AsyncGenerator<Uint8Array> {
  let [taken, made] = [0, 0];
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      taken += chunk.length;
      yield chunk;
    }
  }
  for await (const chunk of expanded(counted(), compression)) {
    made += chunk.length;
    if (made > free + mostTimes * taken)
      throw new Error(`it becomes more than ${mostTimes} times as large when it is decompressed`);
    yield chunk;
  }
}

async function* expanded(
  bytes: AsyncIterable<Uint8Array>,
  compression: 'gzip' | 'zstd',
): AsyncGenerator<Uint8Array> {
  const isZstd = compression === 'zstd';
  if (isZstd && !zstdOfNode) {
    yield* byPackage(bytes);
    return;
  }
  const expand =
    isZstd && zstdOfNode ? zstdOfNode.createZstdDecompress({ chunkSize }) : createGunzip({ chunkSize });
  const feeding = pipeline(bytes, expand);
  // It is told by reading what comes out, too.
  feeding.catch(() => undefined);
  yield* expand;
  await feeding;
}

/** Some times slower, in a Node without zstd. */
async function* byPackage(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd');
  const ready: Uint8Array[] = [];
  const expand = new Decompress((chunk) => ready.push(chunk));
  for await (const chunk of bytes) {
    expand.push(chunk);
    yield* ready.splice(0);
  }
  expand.push(new Uint8Array(), true);
  yield* ready;
}
