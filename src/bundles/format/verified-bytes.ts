import { createHash } from 'node:crypto';

/** What some bytes must turn out to be. */
export interface ExpectedBytes {
  /** `sha256:<64 hex>` */
  digest: string;
  /** Bytes. */
  size: number;
}

/**
 * Passes bytes through, and fails as soon as they are too many, or at their end when they are too few or others.
 *
 * @param refuse makes the error from the end of a sentence, such as `is 12 bytes long, not 13`
 */
export async function* verifiedBytes(
  chunks: AsyncIterable<Uint8Array>,
  expected: ExpectedBytes,
  refuse: (what: string) => Error,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > expected.size) throw refuse(`is longer than the ${expected.size} bytes it should have`);
    hash.update(chunk);
    yield chunk;
  }
  if (size < expected.size) throw refuse(`ends after ${size} of ${expected.size} bytes`);
  const digest = `sha256:${hash.digest('hex')}`;
  if (digest !== expected.digest) throw refuse(`has the digest ${digest}, not ${expected.digest}`);
}
