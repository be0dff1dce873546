import { readFile } from 'node:fs/promises';
import { decodeText } from './decode-text.js';
import { fileTrouble } from './file-trouble.js';

/** A file that a person wrote cannot be read; `why` is a clause that follows its name, `remedy` says what to do. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';

  constructor(
    readonly path: string,
    readonly why: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot read ${path}: ${why}.`, options);
  }
}

/**
 * The text of a file that a person wrote, in UTF-8 or UTF-16, as editors on any system save it.
 *
 * @throws UnreadableFile that names the file and the cause
 */
export async function readText(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const trouble = fileTrouble(cause);
    if (trouble === undefined) throw cause;
    throw new UnreadableFile(path, `${trouble.is} (${trouble.code})`, { cause });
  }
  const decoded = decodeText(bytes);
  if (typeof decoded === 'string') return decoded;
  throw new UnreadableFile(path, `it ${decoded.wrong}`);
}
