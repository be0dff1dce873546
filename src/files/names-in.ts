import { readdir } from 'node:fs/promises';
import { hasCode } from './has-code.js';

/** What is in a folder; nothing when the folder is not there yet. */
export async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });
}
