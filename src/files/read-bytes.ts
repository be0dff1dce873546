import { readFile } from 'node:fs/promises';
import { fileTrouble } from './file-trouble.js';
import { UnreadableFile } from './unreadable-file.js';

/**
 * What is in a file that a person named.
 *
 * @throws UnreadableFile that names the file and the cause
 */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const trouble = fileTrouble(cause);
    if (trouble === undefined) throw cause;
    throw new UnreadableFile(path, `${trouble.is} (${trouble.code})`, { cause });
  }
}
