import type { PlacedRunner } from '../place/place-runner.js';

/** How long a process that is still loading is waited for. */
export interface LoadPatience {
  /** What loading took before. */
  expectedMs: number;
  /** As long as its task may run: whoever loads for longer would not get to its task either. */
  mostMs: number;
  /** What grows while it works; undefined where nobody can say. */
  progressOf(pid: number): Promise<number | undefined>;
}

const lookMs = 1_000;
/** Without progress for this long, and after what loading took before, it has met with trouble. */
const patienceMs = 5_000;

/**
 * Waits until a process has loaded what its task needs. It has a head start over a new one for as long as it gets on, however
 * long that takes.
 *
 * @param signal aborted: it is not waited for any longer
 */
export async function isLoaded(
  { process, loaded }: PlacedRunner,
  { expectedMs, mostMs, progressOf }: LoadPatience,
  signal: AbortSignal,
): Promise<boolean> {
  // Mostly it has loaded long before, and needs no clock.
  const already = await Promise.race([loaded, undefined]);
  if (already !== undefined) return already && process.living;
  const waiting = new AbortController();
  const isThere = await Promise.race([loaded, stuck(), aborted(signal, waiting.signal)]);
  waiting.abort();
  return isThere && process.living;

  async function stuck(): Promise<false> {
    let [waitedMs, idleMs] = [0, 0];
    let before: number | undefined;
    for (;;) {
      await pause(lookMs, waiting.signal);
      // Before the look: it takes longer than most waits.
      if (waiting.signal.aborted) return false;
      waitedMs += lookMs;
      const now = await progressOf(process.seen.pid);
      idleMs = now === undefined || now === before ? idleMs + lookMs : 0;
      before = now;
      if (waitedMs >= mostMs || (idleMs >= patienceMs && waitedMs >= expectedMs + patienceMs)) return false;
    }
  }
}

function aborted(signal: AbortSignal, over: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(false);
    signal.addEventListener('abort', () => resolve(false), { once: true, signal: over });
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms).unref();
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
