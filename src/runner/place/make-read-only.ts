import { chmod, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Takes away the permission to write below a folder, and to the folder itself. Links are left alone. */
export async function makeReadOnly(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return makeReadOnly(path);
      return entry.isFile() ? withoutWriting(path) : undefined;
    }),
  );
  await withoutWriting(folder);
}

async function withoutWriting(path: string): Promise<void> {
  await chmod(path, (await lstat(path)).mode & 0o555);
}
