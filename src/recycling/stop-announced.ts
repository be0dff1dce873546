import { statSync } from 'node:fs';

/** The host is gone long before: it drains for 10 s, and gives the worker 5. */
const believedMs = 60_000;

/**
 * Whether the script that runs the host in the image has announced that it will stop it, by making this file. Not believed for
 * ever: a worker that withholds its answers keeps the host from fetching anything.
 */
export function stopAnnounced(file: string): boolean {
  const written = statSync(file, { throwIfNoEntry: false });
  return written !== undefined && Date.now() - written.mtimeMs < believedMs;
}
