import { lstatSync } from 'node:fs';

/** Whether it is a folder itself, and no link to one: a simulation could have put one there. */
export function isFolder(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false; // what holds it is no folder any more
  }
}
