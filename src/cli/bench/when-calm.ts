import { setTimeout as delay } from 'node:timers/promises';
import { processTree } from './process-tree.js';

const looks = 4;
const everyMs = 4;
const patienceMs = 5_000;

/**
 * Waits until none of this process's descendants works any more, so that the next measurement finds a process that
 * stands by as it will find the one after it, and pays for no other's work.
 *
 * @returns the CPU seconds that this process and its descendants have taken by then; undefined where nobody can say
 */
export async function whenCalm(signal: AbortSignal): Promise<number | undefined> {
  const deadline = performance.now() + patienceMs;
  let calm = 0;
  for (;;) {
    const tree = await processTree(process.pid);
    if (!tree) return undefined;
    const working = tree.some(({ pid, running }) => running && pid !== process.pid);
    calm = working ? 0 : calm + 1;
    if (calm >= looks || performance.now() > deadline) {
      return tree.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
    }
    await delay(everyMs, undefined, { signal });
  }
}
