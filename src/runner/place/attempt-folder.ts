import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { scratchPaths } from './scratch-paths.js';

/**
 * Creates the folder of one attempt, or of a process that is kept. It stays the app's: what is in it, no simulation can rename or replace.
 *
 * @param worker path of the worker's folder
 * @param user of its own, who may enter it, and nobody else
 * @returns its path
 * @throws when it exists: a name is used once
 */
export function createAttemptFolder(worker: string, name: string, user?: number): string {
  const path = scratchPaths.attempt(worker, name);
  // Recursive: another machine that shares the disk takes an idle worker's folders away.
  if (mkdirSync(path, { recursive: true }) === undefined) {
    throw new Error(
      `Cannot start the attempt: its folder ${path} exists already. Give each attempt its own name.`,
    );
  }
  if (user !== undefined) letIn(path, user);
  return path;
}

/** Lets a user enter the folder of an attempt, and nobody else. */
export function letIn(path: string, user: number): void {
  chownSync(path, process.geteuid?.() ?? 0, user);
  chmodSync(path, 0o710);
}
