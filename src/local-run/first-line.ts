import { open } from 'node:fs/promises';

const readBytes = 400;
const shownCharacters = 80;

/** The beginning of a file's first line, where it is text that a terminal can show; undefined where it is not. */
export async function firstLine(path: string): Promise<string | undefined> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(readBytes), 0, readBytes, 0);
    // What follows may be anything, and the last character be cut.
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const text = decoder.decode(buffer.subarray(0, bytesRead), { stream: true });
    if (/[^\P{C}\t\r\n]/u.test(text)) return undefined;
    const [line = ''] = text.trimStart().split(/[\r\n]/, 1);
    const isCut = line.length > shownCharacters || (line.length === text.length && bytesRead === readBytes);
    return `${line.slice(0, shownCharacters)}${isCut ? '…' : ''}`;
  } catch (error) {
    if (error instanceof TypeError) return undefined; // no UTF-8
    throw error;
  } finally {
    await file.close();
  }
}
