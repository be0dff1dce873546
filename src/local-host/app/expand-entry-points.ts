import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The files that the `main` of an app's package.json names, in order. `*` and `?` work inside a path segment.
 *
 * @throws Error when there is no such file, or the pattern needs more than that.
 */
export function expandEntryPoints(appFolder: string, main: string): string[] {
  if (/[[\]{}!]|\*\*/.test(main)) {
    throw new Error(
      `Cannot expand "main": "${main}" has more than * and ?, the local host knows those two. Simplify it.`,
    );
  }
  const segments = main.split('/').filter((segment) => segment !== '' && segment !== '.');
  const files = segments.reduce<string[]>(
    (found, segment) => found.flatMap((folder) => matching(folder, segment)),
    [''],
  );
  if (files.length === 0) throw new Error(`Found zero files matching the supplied pattern in ${appFolder}`);
  return files.map((file) => join(appFolder, file));

  function matching(folder: string, segment: string): string[] {
    const pattern = new RegExp(
      `^${segment
        .replaceAll(/[.+^$()|\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    );
    return namesIn(join(appFolder, folder))
      .filter((name) => pattern.test(name) && (!name.startsWith('.') || segment.startsWith('.')))
      .sort()
      .map((name) => join(folder, name));
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return [];
    throw error;
  }
}
