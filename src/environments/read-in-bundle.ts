import { readFile, realpath } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import { decodeText } from '../files/decode-text.js';
import { EnvironmentFailed } from '../simulation/environment-failed.js';

/**
 * A file of a bundle that another one refers to, relative to itself.
 *
 * @param from path of the file that refers to it, in the bundle
 * @returns its path in the bundle, and what it says
 * @throws EnvironmentFailed when it is not in the bundle.
 */
export async function readInBundle(
  bundlePath: string,
  from: string,
  path: string,
): Promise<{ name: string; content: string }> {
  const name = posix.join(posix.dirname(from), path);
  const refuse = (why: string, cause?: unknown) =>
    new EnvironmentFailed(
      `Cannot read what the bundle requires: ${from} refers to ${path}, which ${why}. Let it refer to a text file of the bundle.`,
      { cause },
    );
  if (path.includes('\0')) throw refuse('is no path');
  if (posix.isAbsolute(path) || name === '..' || name.startsWith('../'))
    throw refuse('is outside the bundle');
  try {
    const folder = await realpath(bundlePath);
    const file = await realpath(join(folder, name));
    if (!file.startsWith(folder + sep)) throw refuse('is a link out of the bundle');
    const content = decodeText(await readFile(file));
    if (typeof content !== 'string') throw refuse(content.wrong);
    return { name, content };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw refuse('does not exist', error);
    if (code === 'EISDIR') throw refuse('is a folder', error);
    throw error;
  }
}
