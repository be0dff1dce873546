import { createHash } from 'node:crypto';
import { readChunks } from './read-chunks.js';

/** The SHA-256 digest and the size in bytes of what a file holds now. */
export async function hashFile(path: string): Promise<{ digest: string; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of readChunks(path)) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { digest: `sha256:${hash.digest('hex')}`, size };
}
