import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { quantiles } from '../../src/benchmark/quantiles.js';
import type { OutcomeRecord } from '../../src/contracts/result/outcome-record.js';
import { stagesOf } from './stages-of.js';
import { withTrivialApp } from './with-trivial-app.js';

/** Long enough for the next process to start meanwhile, as it can with any real simulation. */
const busyMs = 50;

/** Messages through the real queue trigger, function and Blob, on Azurite and the embedded host, as the app runs by default. */
export async function benchQueue(
  { quick, python }: { quick: boolean; python: string },
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<BenchRow[]> {
  return withTrivialApp({ python }, signal, async (through) => {
    await through('first', 0, 4); // what a new app has to fetch and start first
    const n = quick ? 60 : 300;
    const [short, longer] = [await through('short', 0, n), await through('longer', busyMs, n)];
    say(`queue: ${2 * n} messages are through.`);
    return [throughputRow(short), overheadRow(longer)];
  });
}

function throughputRow(records: OutcomeRecord[]): BenchRow {
  const finished = records.map(({ finished_at }) => Date.parse(finished_at)).sort((a, b) => a - b);
  const seconds = ((finished.at(-1) ?? 0) - (finished[0] ?? 0)) / 1000;
  return {
    table: 'queue',
    workload: 'trivial, no time in the simulation',
    method: 'messages through queue, function and Blob',
    n: records.length,
    tasks_per_s: Number(((records.length - 1) / seconds).toPrecision(4)),
  };
}

function overheadRow(records: OutcomeRecord[]): BenchRow {
  const { stages, overheadMs } = stagesOf(records.map(({ metrics }) => metrics));
  return {
    table: 'queue',
    workload: `trivial, ${busyMs} ms in the simulation`,
    method: 'invocation without simulation and storage',
    n: records.length,
    overhead_ms: quantiles(overheadMs),
    stages_ms: stages,
  };
}
