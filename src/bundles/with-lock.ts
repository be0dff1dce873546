import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lock } from 'proper-lockfile';

/** A holder that gave no sign of life for this long is taken for dead: killed, or on a machine that is gone. */
const staleMs = 5_000;
const signOfLifeMs = 1_000;
const lookAgainMs = { least: 25, most: 100 };

/**
 * Does work that only one process at a time may do, waiting for its turn. The lock is the folder `<path>.lock`, which
 * its holder touches; it outlives a holder that is killed by 5 s.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    const done = await withFreeLock(path, async () => ({ value: await work() }));
    if (done) return done.value;
    // Not all who wait look at the same moment.
    await sleep(lookAgainMs.least + Math.random() * (lookAgainMs.most - lookAgainMs.least));
  }
}

/** Does the work unless another process holds the lock. @returns undefined when one does */
export async function withFreeLock<T>(path: string, work: () => Promise<T>): Promise<T | undefined> {
  const release = await acquire(path);
  if (release === undefined) return undefined;
  try {
    return await work();
  } finally {
    await release();
  }
}

async function acquire(path: string): Promise<(() => Promise<void>) | undefined> {
  await mkdir(dirname(path), { recursive: true });
  try {
    const release = await lock(path, {
      realpath: false,
      stale: staleMs,
      update: signOfLifeMs,
      // A machine that slept has lost its turn. What is done under a lock ends in a rename: it is done twice, not wrongly.
      onCompromised: () => undefined,
    });
    // A lock that was lost meanwhile cannot be given back.
    return () => release().catch(unless('ERELEASED', 'ENOTACQUIRED'));
  } catch (error) {
    unless('ELOCKED')(error);
    return undefined;
  }
}

function unless(...codes: string[]) {
  return (error: unknown): void => {
    if (!(error instanceof Error && 'code' in error && codes.includes(String(error.code)))) throw error;
  };
}
