import { lstat, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EnvironmentFailed } from '../simulation/environment-failed.js';
import { isAbsent } from './is-absent.js';

/**
 * The command behind MODELOPS_PYTHON: a name is left to PATH, a path is made absolute, the folder of a virtual
 * environment stands for the interpreter in it.
 *
 * @throws EnvironmentFailed when it is a folder without an interpreter.
 */
export async function interpreterCommand(python: string): Promise<string> {
  const isPath = python.includes('/');
  const path = resolve(python);
  if (await isFolder(path)) {
    const interpreter = join(path, 'bin', 'python');
    if (await exists(interpreter)) return interpreter;
    if (isPath) {
      throw new EnvironmentFailed(
        `Cannot use ${path} as Python: it is a folder without bin/python. Name an interpreter, or the folder of a virtual environment.`,
      );
    }
  }
  return isPath ? path : python;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    // A link that leads nowhere is one, too: a virtual environment whose Python was removed.
    await lstat(path);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}
