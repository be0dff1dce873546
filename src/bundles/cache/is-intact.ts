import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../../files/has-code.js';
import type { CacheEntry } from './cache-entry.js';

/**
 * Whether a folder still holds what was unpacked into it: every file, none besides, sizes and times unchanged. Contents
 * are not read again: that would take longer than most tasks.
 */
export async function isIntact(folder: string, { files }: CacheEntry): Promise<boolean> {
  try {
    const found = await readdir(folder, { recursive: true, withFileTypes: true });
    if (found.filter((entry) => !entry.isDirectory()).length !== files.length) return false;
    const same = await Promise.all(
      files.map(async ({ path, size, mtimeMs }) => {
        const facts = await lstat(join(folder, path));
        return facts.isFile() && facts.size === size && facts.mtimeMs === mtimeMs;
      }),
    );
    return same.every(Boolean);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}
