/** What is packed well takes a tenth: a few bytes that become gigabytes would fill the disk. The first megabytes may, as an empty file of them does. */
const mostTimes = 200;
const freeBytes = 256 * 1024 * 1024;

/**
 * What was compressed by zstd for being kept beside bundles, while it arrives. Python does it where it can (arriving.py), in a sixth of the time. Node's own
 * reads one frame and no more.
 *
 * @param free bytes that may come of however few
 * @throws what the bytes fail with, and Error when they are no zstd
 */
export async function* decompressed(
  bytes: AsyncIterable<Uint8Array>,
  free = freeBytes,
): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd');
  const ready: Uint8Array[] = [];
  let [taken, made] = [0, 0];
  const expand = new Decompress((chunk) => {
    made += chunk.length;
    if (made > free + mostTimes * taken)
      throw new Error(`it becomes more than ${mostTimes} times as large when it is decompressed`);
    ready.push(chunk);
  });
  for await (const chunk of bytes) {
    taken += chunk.length;
    expand.push(chunk);
    yield* ready.splice(0);
  }
  expand.push(new Uint8Array(), true);
  yield* ready;
}
