import { chmod, chown, copyFile, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Files that an import has left among those of its process, by their paths in it. */
export interface LeftFiles {
  folder: string;
  paths: string[];
}

/**
 * Copies them to the same places in another one, for its owner to write to.
 *
 * @param user whose they are to be, if not the app's
 */
export async function copyLeftFiles({ folder, paths }: LeftFiles, to: string, user?: number): Promise<void> {
  await Promise.all(
    paths.map(async (path) => {
      const [source, target] = [join(folder, path), join(to, path)];
      const made = await mkdir(dirname(target), { recursive: true });
      if (user !== undefined && made !== undefined) await ownFrom(made, dirname(target), user);
      await copyFile(source, target);
      await chmod(target, ((await stat(source)).mode & 0o777) | 0o600);
      if (user !== undefined) await chown(target, user, user);
    }),
  );
}

/** From the last folder up to the first that was made. */
async function ownFrom(first: string, last: string, user: number): Promise<void> {
  for (let folder = last; ; folder = dirname(folder)) {
    await chown(folder, user, user);
    if (folder === first) return;
  }
}
