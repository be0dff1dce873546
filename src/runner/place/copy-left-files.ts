import { chmod, copyFile, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Files that an import has left among those of its process, by their paths in it. */
export interface LeftFiles {
  folder: string;
  paths: string[];
}

/** Copies them to the same places in another one, for its owner to write to. */
export async function copyLeftFiles({ folder, paths }: LeftFiles, to: string): Promise<void> {
  await Promise.all(
    paths.map(async (path) => {
      const [source, target] = [join(folder, path), join(to, path)];
      await mkdir(dirname(target), { recursive: true });
      await copyFile(source, target);
      await chmod(target, ((await stat(source)).mode & 0o777) | 0o600);
    }),
  );
}
