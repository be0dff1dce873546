import type { ProcessIdentity } from '../../contracts/result/attestation.js';
import { processIdentity } from '../identity/process-identity.js';
import { workerName } from '../identity/worker-name.js';
import { modifiedSince } from './modified-since.js';

/** Nothing of a living worker is untouched for this long, unless it has nothing to do. */
const unknownIsDeadAfterMs = 24 * 3600 * 1000;

/**
 * Whether a worker lives, as far as can be told here.
 *
 * @param written who it said that it is
 * @param path a file or folder of its own
 */
export async function mayLive(written: ProcessIdentity | undefined, path: string): Promise<boolean> {
  const me = await processIdentity(process.pid);
  // Another machine that shares the disk, or this one before it started anew: pids say nothing about either.
  if (!written || (me && written.boot_id !== me.boot_id)) {
    return modifiedSince(path, Date.now() - unknownIsDeadAfterMs);
  }
  // A worker of another container on this machine, likewise.
  if (me && written.pid_namespace !== me.pid_namespace) return true;
  const found = await processIdentity(written.pid);
  return found !== undefined && workerName(found) === workerName(written);
}
