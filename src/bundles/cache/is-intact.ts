import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from '../../files/has-code.js';
import { inTurns } from '../../files/in-turns.js';
import type { CacheEntry } from './cache-entry.js';

/**
 * Whether a folder still holds what was unpacked into it: every file, none besides, sizes and times unchanged. Contents
 * are not read again: that would take longer than most tasks.
 */
export async function isIntact(folder: string, { files }: CacheEntry): Promise<boolean> {
  let same = true;
  function* look() {
    const found = readdirSync(folder, { recursive: true, withFileTypes: true });
    same = found.filter((entry) => !entry.isDirectory()).length === files.length;
    for (const { path, size, mtimeMs } of files) {
      if (!same) return;
      const facts = lstatSync(join(folder, path));
      same = facts.isFile() && facts.size === size && facts.mtimeMs === mtimeMs;
      yield;
    }
  }
  try {
    await inTurns(look());
    return same;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}
