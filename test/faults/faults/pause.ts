import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, until the campaign wants calm at most. */
export async function pause(ms: number, calm: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: calm }).catch(() => undefined);
}
