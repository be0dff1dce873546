import { readFile } from 'node:fs/promises';
import { hasCode } from '../../files/has-code.js';

/**
 * What an environment was resolved to when it was first built: a requirements.txt in which every version is fixed. With it, an
 * environment that is built again has the same packages.
 */
export async function readResolved(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Paths of a build lead nowhere after it. */
export function worthKeeping(text: string): boolean {
  return !/^(-e|[./]|file:)|@ file:/m.test(text);
}
