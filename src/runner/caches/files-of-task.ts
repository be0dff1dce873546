import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** More than that is not looked at: it would cost the task. */
const mostEntries = 2_000;

/**
 * Plain files below a folder that a task could write to, by their paths in it. No link is followed, since it may lead to
 * another task's files; what cannot be read counts as not there.
 */
export async function filesOfTask(folder: string): Promise<string[]> {
  const found: string[] = [];
  if (!(await lstat(folder).catch(() => undefined))?.isDirectory()) return found;
  const folders = [''];
  let entries = 0;
  for (const below of folders) {
    try {
      for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
        if (++entries > mostEntries) return found;
        const path = below === '' ? entry.name : `${below}/${entry.name}`;
        if (entry.isDirectory()) folders.push(path);
        else if (entry.isFile()) found.push(path);
      }
    } catch {
      // The simulation has removed it, or taken away the permission to read it.
    }
  }
  return found;
}
