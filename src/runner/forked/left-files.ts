import { sep } from 'node:path';
import type { FilesAsTheyWere } from './files-below.js';
import { writtenFiles } from './written-files.js';

export interface Left {
  /** Whether there is anything new below HOME, all of which each task gets. */
  inHome: boolean;
  /** Files in the other folders, of which each task gets a copy. */
  copied: string[];
  /** What no copy of a file stands for. */
  refused: string[];
}

/**
 * What an import has written. A task is as well off with a copy of a file that has contents, or is open to be written and so
 * is opened anew. An empty file, or a folder without files, is there to be written to by its path, which is not the task's.
 *
 * @param open paths of files that the import holds open to be written
 */
export function leftFiles(before: FilesAsTheyWere, after: FilesAsTheyWere, open: string[]): Left {
  const written = writtenFiles(before, after);
  const home = written.filter((path) => path.startsWith(`home${sep}`));
  const others = written.filter((path) => !path.startsWith(`home${sep}`));
  const isFile = (path: string) => /^[1-9]/.test(after.get(path) ?? '') || open.includes(path);
  const copied = others.filter(
    (path) => isFile(path) && !before.has(path) && /^(bundle|tmp)/.test(path.split(sep)[0] ?? ''),
  );
  const holdsCopied = (path: string) =>
    after.get(path) === 'folder' && copied.some((file) => file.startsWith(`${path}${sep}`));
  return {
    inHome: home.length > 0,
    copied,
    refused: [
      ...others.filter((path) => !copied.includes(path) && !holdsCopied(path)),
      ...home.filter((path) => after.get(path) === 'special'),
    ],
  };
}
