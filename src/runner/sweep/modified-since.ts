import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Whether a folder, or anything below it, was modified at this time (milliseconds since 1970) or later. */
export async function modifiedSince(path: string, time: number): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined); // removed meanwhile, by its owner
  if (!found) return false;
  if (found.mtimeMs >= time) return true;
  if (!found.isDirectory()) return false;
  for (const name of await readdir(path).catch(() => [])) {
    if (await modifiedSince(join(path, name), time)) return true;
  }
  return false;
}
