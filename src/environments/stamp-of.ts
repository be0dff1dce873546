import { realpath, stat } from 'node:fs/promises';

/** Tells a file or folder, and what is in it, from what takes its place; empty where there is none. */
export async function stampOf(path: string): Promise<string> {
  try {
    const [real, { size, mtimeNs }] = await Promise.all([realpath(path), stat(path, { bigint: true })]);
    return `${real} ${size} ${mtimeNs}`;
  } catch {
    return '';
  }
}
