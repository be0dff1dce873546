import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type LockOptions, lock } from 'proper-lockfile';

/** A holder that gave no sign of life for this long is taken for dead: killed, or on a machine that is gone. */
const staleMs = 5_000;
const signOfLifeMs = 1_000;

/**
 * Does work that only one process at a time may do, waiting for its turn. The lock is the folder `<path>.lock`, which
 * its holder touches; it outlives a holder that is killed by 5 s.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const release = await acquire(path, {
    forever: true,
    factor: 1,
    minTimeout: 25,
    maxTimeout: 100,
    randomize: true,
  });
  try {
    return await work();
  } finally {
    await release();
  }
}

/** Does the work unless another process holds the lock. @returns undefined when one does */
export async function withFreeLock<T>(path: string, work: () => Promise<T>): Promise<T | undefined> {
  const release = await acquire(path, 0).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ELOCKED') return undefined;
    throw error;
  });
  if (release === undefined) return undefined;
  try {
    return await work();
  } finally {
    await release();
  }
}

async function acquire(path: string, retries: NonNullable<LockOptions['retries']>) {
  await mkdir(dirname(path), { recursive: true });
  const release = await lock(path, {
    realpath: false,
    stale: staleMs,
    update: signOfLifeMs,
    retries,
    // A machine that slept has lost its turn. What is done under a lock ends in a rename: it is done twice, not wrongly.
    onCompromised: () => undefined,
  });
  // A lock that was lost meanwhile cannot be given back.
  return () =>
    release().catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ERELEASED' && error.code !== 'ENOTACQUIRED') throw error;
    });
}
