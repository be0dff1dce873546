import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** `sha256:<64 hex>` of all files and links below some folders: their paths, executable bits and contents. */
export async function digestOfFolders(folders: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const [at, folder] of folders.entries()) {
    for (const path of (await readdir(folder, { recursive: true })).sort()) {
      const file = join(folder, path);
      const stats = await lstat(file);
      if (stats.isDirectory()) continue;
      hash.update(`${at}\0${path}\0${stats.mode & 0o100}\0${stats.size}\0`);
      if (stats.isSymbolicLink()) hash.update(await readlink(file));
      else for await (const chunk of createReadStream(file)) hash.update(chunk);
    }
  }
  return `sha256:${hash.digest('hex')}`;
}
