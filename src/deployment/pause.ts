import { setTimeout as sleep } from 'node:timers/promises';

/** Waits between two looks, longer and longer, up to `longestMs`. */
export function growingPause(longestMs: number, signal: AbortSignal): () => Promise<void> {
  let ms = 250;
  return async () => {
    await sleep(ms, undefined, { signal });
    ms = Math.min(longestMs, ms * 1.5);
  };
}
