import { createReadStream } from 'node:fs';

/** The bytes of a file, in large pieces. Nothing is opened before the first one is asked for. */
export async function* readChunks(path: string): AsyncGenerator<Buffer> {
  yield* createReadStream(path, { highWaterMark: 1024 * 1024 });
}
