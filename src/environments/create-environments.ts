import type { Environments, PythonEnvironment } from '../simulation/ports.js';
import { findPython } from './find-python.js';

/**
 * Runs every bundle in one interpreter, which is asked who it is once.
 *
 * @param python a path, a name on PATH, or the folder of a virtual environment
 */
export function createEnvironments({ python }: { python: string }): Environments {
  let found: Promise<PythonEnvironment> | undefined;
  async function base(): Promise<PythonEnvironment> {
    found ??= findPython(python);
    try {
      return await found;
    } catch (error) {
      found = undefined; // a Python may be installed, or a busy machine become quiet, before the next task
      throw error;
    }
  }
  return { base, forBundle: base };
}
