import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessStat } from './parse-process-stat.js';
import { processTree } from './process-tree.js';

const looks = 3;
/** Often enough; looking itself makes work, some of it in threads that collect garbage. */
const everyMs = 20;
const patienceMs = 5_000;

/**
 * Waits until none of this process's descendants works any more, so that the next measurement finds a process that
 * stands by as it will find the one after it, and pays for no other's work.
 *
 * @returns the CPU seconds that this process and its descendants have taken by then, but for those of looking; NaN where
 * nobody can say
 */
export type Calm = (signal: AbortSignal) => Promise<number>;

export function createCalm(): Calm {
  let lookingSeconds = 0;

  function look() {
    const before = process.cpuUsage();
    const tree = processTree(process.pid);
    const { user, system } = process.cpuUsage(before);
    lookingSeconds += (user + system) / 1e6;
    return tree;
  }

  return async (signal) => {
    const deadline = performance.now() + patienceMs;
    let calm = 0;
    for (;;) {
      const tree = look();
      if (!tree) return Number.NaN;
      const working = tree.some(({ pid, running }) => running && pid !== process.pid);
      calm = working ? 0 : calm + 1;
      if (calm >= looks || performance.now() > deadline) {
        return cpuSecondsOf(tree) - lookingSeconds;
      }
      await delay(everyMs, undefined, { signal });
    }
  };
}

/** Its own time is known to a microsecond, that of others to a hundredth of a second. */
function cpuSecondsOf(tree: ProcessStat[]): number {
  const { user, system } = process.cpuUsage();
  return tree.reduce(
    (sum, { pid, ownCpuSeconds, waitedCpuSeconds }) =>
      sum + waitedCpuSeconds + (pid === process.pid ? 0 : ownCpuSeconds),
    (user + system) / 1e6,
  );
}
