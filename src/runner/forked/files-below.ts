import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Files below a folder by their path in it, each with what changes when it is written. */
export type FilesAsTheyWere = Map<string, string>;

/** The state of what is neither file nor folder: a link, a pipe, a socket. */
export const special = 'special';

/** Python's own: an import writes there at will, and it is checked against its source whenever it is read. */
const bytecode = '__pycache__';

/** All entries below a folder but bytecode. */
export async function filesBelow(folder: string, inside = ''): Promise<FilesAsTheyWere> {
  const found: FilesAsTheyWere = new Map();
  const entries = await readdir(join(folder, inside), { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      if (entry.name === bytecode) return;
      const path = join(inside, entry.name);
      if (entry.isDirectory()) {
        found.set(path, 'folder');
        for (const [below, state] of await filesBelow(folder, path)) found.set(below, state);
      } else {
        const { size, mtimeMs, ino } = await lstat(join(folder, path));
        found.set(path, entry.isFile() ? `${size} ${mtimeMs} ${ino}` : special);
      }
    }),
  );
  return found;
}
