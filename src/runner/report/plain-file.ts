import { lstat } from 'node:fs/promises';

/**
 * Size of a file that a simulation could have replaced by something else: a link to a file of somebody else's, a pipe that
 * nobody fills. Undefined unless it is a plain file with this one name.
 */
export async function plainFileSize(path: string): Promise<number | undefined> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() && found.nlink === 1 ? found.size : undefined;
}
