import { open } from 'node:fs/promises';
import { hasCode } from '../../files/has-code.js';
import type { Bytes } from '../bundle-store.js';

/** The bytes of a file; undefined when there is none. */
export async function openIfPresent(path: string): Promise<Bytes | undefined> {
  try {
    const handle = await open(path, 'r');
    return handle.createReadStream({ highWaterMark: 1024 * 1024 });
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
