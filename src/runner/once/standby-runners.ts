import { freemem } from 'node:os';
import { createBackground } from '../background.js';
import type { PlacedRunner } from '../place/place-runner.js';
import { cpuTicks } from './cpu-ticks.js';
import { isLoaded, type LoadPatience } from './is-loaded.js';

export interface StandbyLimits {
  /** Most processes that stand by at once, whatever they stand by for; 0: none ever does. */
  most: number;
  /** What the container has, in bytes: `freemem` knows of the machine alone. */
  containerBytes?: number;
  /** After this time unused, in milliseconds, a process that stands by is ended. */
  unusedMs: number;
  /** Whether more tasks are to begin here. Always, when absent. */
  moreTasks?(): boolean;
}

/** Processes that were started ahead, each for exactly one task that is still to come. */
export interface StandbyRunners {
  /**
   * One that has loaded what such a task needs, if there is one; it is the caller's from then on.
   *
   * @param signal aborted: none is waited for any longer
   * @param mostMs as long as the task may run: one that is still loading is waited for while it gets on, but no longer than this
   */
  take(key: string, signal: AbortSignal, mostMs: number): Promise<PlacedRunner | undefined>;
  /**
   * Starts the next one for such tasks, unless enough stand by; in the place of one for others only when the last two tasks
   * were such. Returns at once: whatever goes wrong costs no task anything, since a task that finds none starts its own.
   */
  provide(key: string, start: () => Promise<PlacedRunner | undefined>): void;
  /**
   * Tells what a task has taken, so that no process is started ahead where the next one would find no room.
   *
   * @param importMs what the import took, where it was made with the task
   */
  ran(peakBytes: number, importMs?: number): void;
  /** Ends all of them. */
  close(): Promise<void>;
}

interface Standby {
  key: string;
  placed: Promise<PlacedRunner | undefined>;
  expires: NodeJS.Timeout;
}

/** What the machine must have left besides, so that the next process never takes what a running one needs. */
const spareBytes = 256 * 1024 * 1024;

export function createStandbyRunners(
  limits: StandbyLimits,
  progressOf: LoadPatience['progressOf'] = cpuTicks,
): StandbyRunners {
  const waiting: Standby[] = [];
  const ending = createBackground('Cannot end a process that stood by');
  let closed = false;
  let expectedBytes = 0;
  let expectedImportMs = 0;
  /** Of the last two tasks. */
  let keys: [before: string, latest: string] = ['', ''];

  return {
    async take(key, signal, mostMs) {
      keys = [keys[1], key];
      for (;;) {
        const index = waiting.findIndex((standby) => standby.key === key);
        const [standby] = index < 0 ? [] : waiting.splice(index, 1);
        if (standby === undefined) return undefined;
        clearTimeout(standby.expires);
        const placed = await standby.placed;
        if (placed && (await isLoaded(placed, { expectedMs: expectedImportMs, mostMs, progressOf }, signal)))
          return placed;
        retire(standby);
      }
    },

    provide(key, start) {
      if (closed || limits.most === 0 || limits.moreTasks?.() === false) return;
      if (!hasRoom()) return;
      if (waiting.length >= limits.most) {
        const other = waiting.findIndex((standby) => standby.key !== key);
        // Where each task is of another kind, one would be started for every task and none ever used.
        if (other < 0 || keys.some((asked) => asked !== key)) return;
        for (const standby of waiting.splice(other, 1)) retire(standby); // of a bundle that is asked for no more
      }
      const placed = start().catch((error: unknown) => {
        if (!closed) console.warn(`A process could not be started ahead: ${String(error)}`);
        return undefined;
      });
      const standby = { key, placed, expires: setTimeout(() => expire(standby), limits.unusedMs).unref() };
      waiting.push(standby);
    },

    ran(peakBytes, importMs = expectedImportMs) {
      expectedBytes = peakBytes;
      expectedImportMs = importMs;
    },

    async close() {
      closed = true;
      for (const standby of waiting.splice(0)) retire(standby);
      await ending.settled();
    },
  };

  /** In the container for one more, beside those that stand by already and as many tasks that run. */
  function hasRoom(): boolean {
    const inContainer = (waiting.length + 1 + limits.most) * expectedBytes + spareBytes;
    return (
      freemem() >= expectedBytes + spareBytes &&
      inContainer <= (limits.containerBytes ?? Number.POSITIVE_INFINITY)
    );
  }

  function expire(standby: Standby): void {
    const index = waiting.indexOf(standby);
    if (index < 0) return;
    waiting.splice(index, 1);
    retire(standby);
  }

  function retire({ placed, expires }: Standby): void {
    clearTimeout(expires);
    ending.begin(async () => {
      const runner = await placed;
      await runner?.process.retire('stop');
      await runner?.dispose();
    });
  }
}
