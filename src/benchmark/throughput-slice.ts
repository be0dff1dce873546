import type { Measured } from './measured.js';
import type { Pace } from './pace.js';

/** Tasks that ran several at once. */
export interface ThroughputSlice {
  /** All of them. */
  measured: Measured[];
  /** Those that count, and how long they took together. */
  tasks: number;
  ms: number;
}

/**
 * Runs tasks at full load. The first ones do not count: they find processes that had stood by while nothing else ran,
 * more than a method can keep up with.
 */
export async function throughputSlice(
  run: () => Promise<Measured>,
  atOnce: number,
  { throughputTasks, throughputMs }: Pick<Pace, 'throughputTasks' | 'throughputMs'>,
): Promise<ThroughputSlice> {
  const leadIn = atOnce;
  const begun = performance.now();
  const measured: Measured[] = [];
  let started = 0;
  let failed = false;
  let countsFrom = begun;
  const enough = () => started >= leadIn + throughputTasks && performance.now() - begun >= throughputMs;
  const lane = async () => {
    while (!failed && !enough()) {
      started += 1;
      measured.push(
        await run().catch((error: unknown) => {
          failed = true;
          throw error;
        }),
      );
      if (measured.length === leadIn) countsFrom = performance.now();
    }
  };
  const lanes = Array.from({ length: atOnce }, lane);
  await Promise.allSettled(lanes); // a failure is told when nothing runs any more
  await Promise.all(lanes);
  return { measured, tasks: measured.length - leadIn, ms: performance.now() - countsFrom };
}
