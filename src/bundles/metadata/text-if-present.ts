import { readFile } from 'node:fs/promises';

/** What a text file holds; undefined when there is none. */
export async function textIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const absent = ['ENOENT', 'ENOTDIR', 'EISDIR'];
    if (error instanceof Error && 'code' in error && absent.includes(String(error.code))) return undefined;
    throw error;
  }
}
