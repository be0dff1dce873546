import { formatDuration } from '../reporting/format-duration.js';
import type { Reporter } from '../reporting/reporter.js';
import { growingPause } from './pause.js';

export interface Patience {
  reporter: Reporter;
  signal: AbortSignal;
  /** For how long. */
  patienceMs: number;
  /** Longest time between two looks. */
  everyMs?: number;
}

/**
 * Looks until something is there. Says what is waited for, and why, whenever the reason changes.
 *
 * @param look gives what it was looking for, or why it is not there yet
 * @throws Error with the last reason when the time is over
 */
export async function patiently<T>(
  what: string,
  { reporter, signal, patienceMs, everyMs = 10_000 }: Patience,
  look: () => Promise<{ found: T } | { notYet: string }>,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  const pause = growingPause(everyMs, signal);
  let said = '';
  for (;;) {
    const seen = await look();
    signal.throwIfAborted();
    if ('found' in seen) return seen.found;
    if (performance.now() >= deadline)
      throw new Error(`${what} has not come within ${formatDuration(patienceMs / 1000)}: ${seen.notYet}`);
    if (seen.notYet !== said) reporter.note(`Waiting for ${what}: ${seen.notYet} …`);
    said = seen.notYet;
    await pause();
  }
}
