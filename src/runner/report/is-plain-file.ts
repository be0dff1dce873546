import { lstatSync } from 'node:fs';

/** Whether it is a plain file with this one name: a simulation could have put a link to a file of somebody else's there, or a pipe that nobody fills. */
export function isPlainFile(path: string): boolean {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    return found?.isFile() === true && found.nlink === 1;
  } catch {
    return false; // its folder is none any more, or nobody may look into it
  }
}
