import { chownSync, mkdirSync } from 'node:fs';

/** Makes folders that nobody but the app may enter yet. */
export function makeFolders(paths: string[]): void {
  for (const path of paths) mkdirSync(path, { mode: 0o700 });
}

/**
 * Gives folders that are complete to the user of a simulation. Nothing may be written there by the app from then on, nor read but with care: what
 * is in them, the simulation can replace by links.
 *
 * @param user none: they stay the app's
 */
export function handOver(paths: string[], user: number | undefined): void {
  if (user !== undefined) for (const path of paths) chownSync(path, user, user);
}
