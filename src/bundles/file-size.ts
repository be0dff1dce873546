import { stat } from 'node:fs/promises';
import { hasCode } from '../files/has-code.js';

/** Bytes of what is at a path; undefined when nothing is there. */
export async function fileSize(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
