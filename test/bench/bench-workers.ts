import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { quantiles } from '../../src/benchmark/quantiles.js';
import type { OutcomeRecord } from '../../src/contracts/result/outcome-record.js';
import type { Logger } from '../../src/local-host/logger.js';
import { withTrivialApp } from './with-trivial-app.js';

/** Of one task's way, what lies between its arrival in the app and the wire function. */
const beforeTheWire = ['read', 'lookup', 'bundle', 'environment', 'prepare', 'start', 'import'];

/** How long a message waits for the worker that takes the place of another, in an app that replaces it after each message. */
export async function benchWorkers(
  { quick, python }: { quick: boolean; python: string },
  signal: AbortSignal,
): Promise<BenchRow[]> {
  const exits: number[] = [];
  const starts: number[] = [];
  const logger: Logger = (_level, _text, event) => {
    if (event?.type === 'worker-exited' && event.code === 200) exits.push(Date.now());
    if (event?.type === 'worker-started') starts.push(Date.now());
  };
  const settings = { MODELOPS_RECYCLE_AFTER_TASKS: '1' };
  const records = await withTrivialApp({ settings, python, logger }, signal, async (through) => {
    await through('first', 0, 4);
    return through('each', 0, quick ? 20 : 60);
  });
  const arrivals = records.map(arrivalOf).sort((a, b) => a.at - b.at);
  // The first of them may have met a worker that was there already.
  const replaced = arrivals.slice(1).flatMap((arrival) => {
    const exit = exits.findLast((at) => at <= arrival.at);
    const start = starts.findLast((at) => at <= arrival.at);
    return exit === undefined || start === undefined || start < exit
      ? []
      : [{ loaded: start - exit, ready: arrival.at - exit, wire: arrival.at + arrival.toWireMs - exit }];
  });
  return [
    {
      table: 'workers',
      workload: 'trivial, a new worker after each message',
      method: 'exit → new worker ready for a task',
      n: replaced.length,
      overhead_ms: quantiles(replaced.map(({ ready }) => ready)),
      stages_ms: {
        'exit → app loaded': quantiles(replaced.map(({ loaded }) => loaded)),
        'exit → in the wire function': quantiles(replaced.map(({ wire }) => wire)),
      },
    },
  ];
}

/** When the app began with a task, and how long that took to reach the wire function. */
function arrivalOf({ finished_at, metrics }: OutcomeRecord): { at: number; toWireMs: number } {
  const seconds = (name: string) => metrics[`${name}_seconds`] ?? 0;
  return {
    at: Date.parse(finished_at) - seconds('total') * 1000,
    toWireMs: beforeTheWire.reduce((sum, stage) => sum + seconds(stage) * 1000, 0),
  };
}
