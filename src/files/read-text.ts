import { decodeText } from './decode-text.js';
import { readBytes } from './read-bytes.js';
import { UnreadableFile } from './unreadable-file.js';

/**
 * The text of a file that a person wrote, in UTF-8 or UTF-16, as editors on any system save it.
 *
 * @throws UnreadableFile that names the file and the cause
 */
export async function readText(path: string): Promise<string> {
  const decoded = decodeText(await readBytes(path));
  if (typeof decoded === 'string') return decoded;
  throw new UnreadableFile(path, `it ${decoded.wrong}`);
}
