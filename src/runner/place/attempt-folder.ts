import { mkdirSync } from 'node:fs';
import { scratchPaths } from './scratch-paths.js';

/**
 * Creates the folder of one attempt, or of a process that is kept.
 *
 * @param worker path of the worker's folder
 * @returns its path
 * @throws when it exists: a name is used once
 */
export function createAttemptFolder(worker: string, name: string): string {
  const path = scratchPaths.attempt(worker, name);
  // Recursive: another machine that shares the disk takes an idle worker's folders away.
  if (mkdirSync(path, { recursive: true }) === undefined) {
    throw new Error(
      `Cannot start the attempt: its folder ${path} exists already. Give each attempt its own name.`,
    );
  }
  return path;
}
