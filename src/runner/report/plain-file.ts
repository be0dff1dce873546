import { lstatSync } from 'node:fs';

/**
 * Size of a file that a simulation could have replaced by something else: a link to a file of somebody else's, a pipe that
 * nobody fills. Undefined unless it is a plain file with this one name.
 */
export function plainFileSize(path: string): number | undefined {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    return found?.isFile() && found.nlink === 1 ? found.size : undefined;
  } catch {
    return undefined; // its folder is none any more, or nobody may look into it
  }
}
