import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { quantiles } from '../../src/benchmark/quantiles.js';
import type { OutcomeRecord } from '../../src/contracts/result/outcome-record.js';
import type { Logger } from '../../src/local-host/logger.js';
import { cpuSeconds } from './cpu-seconds.js';
import { stagesOf } from './stages-of.js';
import { withTrivialApp } from './with-trivial-app.js';

/** Long enough for the next process to start meanwhile, as it can with any real simulation. */
const busyMs = 50;
const trivial = 'trivial, no time in the simulation';

/** Messages through the real queue trigger, function and Blob, on Azurite and the embedded host, as the app runs by default. */
export async function benchQueue(
  { quick, python }: { quick: boolean; python: string },
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<BenchRow[]> {
  const n = quick ? 60 : 300;
  const rows = await withTrivialApp({ python }, signal, async (through) => {
    await through('first', 0, 4); // what a new app has to fetch and start first
    const [short, longer] = [await through('short', 0, n), await through('longer', busyMs, n)];
    return [throughputRow(short, trivial), overheadRow(longer)];
  });
  rows.push(await sideBySide({ n, python }, signal));
  say(`queue: ${3 * n} messages are through.`);
  return rows;
}

/** Four messages at once, all through one worker, and what that takes of the processor. */
async function sideBySide(
  { n, python }: { n: number; python: string },
  signal: AbortSignal,
): Promise<BenchRow> {
  let pid = 0;
  const logger: Logger = (_level, _text, event) => {
    if (event?.type === 'worker-started') pid = event.pid;
  };
  const settings = {
    AzureFunctionsJobHost__extensions__queues__batchSize: '4',
    MODELOPS_RECYCLE_AFTER_TASKS: '0',
  };
  return withTrivialApp({ settings, python, logger }, signal, async (through) => {
    await through('first', 1, 20); // other tasks, whose results answer none of the next
    const before = await cpuSeconds(pid);
    const row = throughputRow(await through('side-by-side', 0, n), `${trivial}, batchSize 4, one worker`);
    const after = await cpuSeconds(pid);
    if (before === undefined || after === undefined) return row;
    return { ...row, cpu_s_per_task: Number(((after - before) / n).toPrecision(3)) };
  });
}

function throughputRow(records: OutcomeRecord[], workload: string): BenchRow {
  const finished = records.map(({ finished_at }) => Date.parse(finished_at)).sort((a, b) => a - b);
  const seconds = ((finished.at(-1) ?? 0) - (finished[0] ?? 0)) / 1000;
  return {
    table: 'queue',
    workload,
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
