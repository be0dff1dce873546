import { setImmediate as nextTurn } from 'node:timers/promises';

/** Longer than a small bundle takes, shorter than anybody notices. */
const turnMs = 5;

/**
 * Does work in small synchronous steps, and lets others have their turn every few milliseconds. A small file or folder takes
 * microseconds in this way, and several times as much processor time by a turn of Node's thread pool.
 *
 * @param steps a step is done when the next one is asked for; one that yields a promise is waited for
 */
export async function inTurns(steps: Iterable<void | Promise<void>>): Promise<void> {
  let begun = performance.now();
  for (const step of steps) {
    if (step !== undefined) await step;
    if (performance.now() - begun < turnMs) continue;
    await nextTurn();
    begun = performance.now();
  }
}
