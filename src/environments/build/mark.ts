import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent } from '../is-absent.js';

/** What is known of an environment that was built. Its presence says that it is whole. */
export interface Mark {
  id: string;
  /** Files of the bundle that it was built from. */
  declared: string[];
  /** For example `uv 0.13.9`. */
  installer: string;
  python: { version: string; platform: string; prefix: string };
  builtAt: string;
  distributions: Record<string, string>;
}

const nameOfMark = 'cold-functions.json';

/** Writes it last, and to the disk: after a power failure there is no mark on what is not whole. */
export async function writeMark(folder: string, mark: Mark): Promise<void> {
  const file = await open(join(folder, nameOfMark), 'wx');
  try {
    await file.writeFile(`${JSON.stringify(mark, undefined, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Tells one build from the next in the same place; undefined when there is none, or its Python is gone. */
export async function builtStamp(folder: string): Promise<string | undefined> {
  try {
    const [mark] = await Promise.all([
      stat(join(folder, nameOfMark), { bigint: true }),
      stat(join(folder, 'bin', 'python')),
    ]);
    return `${mark.ino}-${mark.mtimeNs}`;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
