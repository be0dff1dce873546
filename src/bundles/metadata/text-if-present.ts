import { readFile, stat } from 'node:fs/promises';
import { decodeText } from '../../files/decode-text.js';
import { hasCode } from '../../files/has-code.js';

/** No file that a person wrote about a model is longer; a lock that a tool wrote may be a few megabytes. */
const longestBytes = 32 * 1024 * 1024;

/**
 * What a text file holds; undefined when there is none.
 *
 * @param refuse makes the error from the end of a sentence about a file that is too long, or no text
 */
export async function textIfPresent(
  path: string,
  refuse: (what: string) => Error,
): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    if (size > longestBytes) throw refuse(`is ${size} bytes long; at most ${longestBytes} are read`);
    const decoded = decodeText(await readFile(path));
    if (typeof decoded === 'string') return decoded;
    throw refuse(decoded.wrong);
  } catch (error) {
    const absent = ['ENOENT', 'ENOTDIR', 'EISDIR'];
    if (hasCode(error, ...absent)) return undefined;
    throw error;
  }
}
