import { setTimeout as delay } from 'node:timers/promises';
import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { quantiles } from '../../src/benchmark/quantiles.js';
import { openStorage } from '../../src/connections/open-storage.js';
import { withTrivialApp } from './with-trivial-app.js';

/** Messages come so long after the outcome of the one before, as from an optimiser that waits for it. */
const mostGapMs = 350;
/** A message that has met a worker which was leaving is delivered again after 30 s, on older hosts after functionTimeout. */
const lateMs = 25_000;
const lookMs = 10;

/** Messages that trickle in while the worker is to be replaced after each task: none may meet one that is leaving. */
export async function benchTrickle(
  { quick, python }: { quick: boolean; python: string },
  signal: AbortSignal,
): Promise<BenchRow[]> {
  const settings = { MODELOPS_RECYCLE_AFTER_TASKS: '1' };
  return withTrivialApp({ settings, python }, signal, async (_through, { env, bundleRef }, stillHosted) => {
    const { queue, jobs } = await openStorage(env);
    await jobs.createIfNotExists();
    const waits: number[] = [];
    for (let seed = 1; seed <= (quick ? 20 : 200); seed += 1) {
      const params = { values: { busy_ms: 0 } };
      const task = { bundle_ref: bundleRef, entrypoint: 'models.bench/baseline', params, seed };
      const sentAt = performance.now();
      await queue.sendMessage(JSON.stringify({ ...task, job_id: 'bench-trickle', run: String(seed) }));
      const prefix = `jobs/bench-trickle/runs/${seed}/outcomes/`;
      while ((await jobs.listBlobsFlat({ prefix }).next()).done)
        await delay(lookMs, undefined, { signal: stillHosted });
      waits.push(performance.now() - sentAt);
      await delay((seed * 97) % mostGapMs, undefined, { signal: stillHosted });
    }
    return [
      {
        table: 'queue',
        workload: `trivial, ${mostGapMs} ms at most after the outcome before, a new worker due after each`,
        method: 'message put → outcome',
        n: waits.length,
        overhead_ms: quantiles(waits),
        late_messages: waits.filter((ms) => ms >= lateMs).length,
      },
    ];
  });
}
