import { closeSync, constants, fstatSync, openSync } from 'node:fs';

const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** What a simulation brings about by what it puts there, or takes away. Anything else is this machine's trouble. */
const itsDoing = new Set(['EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENXIO', 'ENODEV']);

/**
 * Opens a file that a simulation could have replaced by something else: a link to a file of somebody else's, a pipe that nobody fills.
 *
 * @returns its descriptor, which the caller closes, and its size in bytes; undefined unless it is a plain file with this one name
 */
export function openPlainFile(path: string): { descriptor: number; size: number } | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, flags);
  } catch (error) {
    if (error instanceof Error && 'code' in error && itsDoing.has(String(error.code))) return undefined;
    throw error;
  }
  const found = fstatSync(descriptor);
  if (found.isFile() && found.nlink === 1) return { descriptor, size: found.size };
  closeSync(descriptor);
  return undefined;
}
