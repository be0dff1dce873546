import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { hasCode } from './has-code.js';

/** A holder that gave no sign of life for this long is taken for dead: killed, or on a machine that is gone. */
const staleMs = 5_000;
const signOfLifeMs = 1_000;
const lookAgainMs = { least: 25, most: 100 };

/**
 * Does work that only one process at a time may do, waiting for its turn. The lock is the folder `<path>.lock`, which
 * its holder touches; it outlives a holder that is killed by 5 s. A holder that slept longer has lost its turn: when its
 * work fails then, it is done again in another turn.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    signal?.throwIfAborted();
    const done = await withFreeLock(path, async (isLost) => {
      try {
        return { value: await work() };
      } catch (error) {
        if (!isLost()) throw error;
        return undefined;
      }
    });
    if (done) return done.value;
    // Not all who wait look at the same moment.
    const pauseMs = lookAgainMs.least + Math.random() * (lookAgainMs.most - lookAgainMs.least);
    await sleep(pauseMs, undefined, { ...(signal && { signal }) });
  }
}

/** Does the work unless another process holds the lock. @returns undefined when one does */
export async function withFreeLock<T>(
  path: string,
  work: (isLost: () => boolean) => Promise<T>,
): Promise<T | undefined> {
  let lost = false;
  await mkdir(dirname(path), { recursive: true });
  const release = await lock(path, {
    realpath: false,
    stale: staleMs,
    update: signOfLifeMs,
    onCompromised: () => {
      lost = true;
    },
  }).catch(unless('ELOCKED'));
  if (release === undefined) return undefined;
  try {
    return await work(() => lost);
  } finally {
    // A lock that was lost cannot be given back.
    await release().catch(unless('ERELEASED', 'ENOTACQUIRED'));
  }
}

function unless(...codes: string[]) {
  return (error: unknown): undefined => {
    if (!hasCode(error, ...codes)) throw error;
    return undefined;
  };
}
