import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentFailed } from '../simulation/environment-failed.js';
import { type FoundPython, findPython } from './find-python.js';
import { isAbsent } from './is-absent.js';

/** An environment that somebody built for a bundle. */
export interface BuiltPython {
  /** Path of its interpreter. */
  path: string;
  /** Asks the interpreter who it is. @throws EnvironmentFailed when it does not work. */
  open(): Promise<FoundPython>;
}

/** The environment in a folder; undefined when there is none. */
export async function builtPython(folder: string): Promise<BuiltPython | undefined> {
  const path = join(folder, 'bin', 'python');
  try {
    await lstat(path); // the link itself: one whose Python is gone is a broken environment, not an absent one
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
  return { path, open: () => open(folder, path) };
}

async function open(folder: string, path: string): Promise<FoundPython> {
  try {
    return await findPython(path);
  } catch (error) {
    if (!(error instanceof EnvironmentFailed)) throw error;
    throw new EnvironmentFailed(
      `Cannot run the bundle in the environment at ${folder}: its interpreter cannot be used. Build it anew, or remove it. (${error.message})`,
      { cause: error },
    );
  }
}
