import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ForkRefused } from '../simulation/fork-refused.js';
import type { BenchRow } from './bench-row.js';
import type { Measured } from './measured.js';
import type { Method, OpenMethod } from './method.js';
import { openCalm } from './open-calm.js';
import type { Pace } from './pace.js';
import { plainEnvironment } from './plain-environment.js';
import { quantiles } from './quantiles.js';
import { rowOf, type Samples } from './row-of.js';
import { throughputSlice } from './throughput-slice.js';
import type { Workload } from './workload.js';

export interface BenchPlace {
  /** Temporary; what is made there is removed with it. */
  folder: string;
  /** The Python files of the bench. */
  python: string;
  atOnce: number;
}

/** As many tasks as there are at once. */
const warmUp = { throughputTasks: 0, throughputMs: 0 };

type Turn = Samples & { method: Method; open: OpenMethod };

/**
 * Measures methods on one workload, in turn: each has a slice of every round, and a round begins with another one each
 * time. A method is open from its first slice to the last.
 *
 * @param say progress, a line a round
 * @returns a row for each method
 * @throws TaskFailed
 */
export async function benchWorkload(
  workload: Workload,
  methods: Method[],
  { folder, python, atOnce }: BenchPlace,
  pace: Pace,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<BenchRow[]> {
  const calm = openCalm(workload.environment.python, plainEnvironment(workload, folder), python);
  const turns: Turn[] = [];
  try {
    for (const [at, method] of methods.entries()) {
      const own = join(folder, String(at));
      await mkdir(own, { recursive: true });
      const open = await method.open(workload, { folder: own, python, atOnce });
      const turn: Turn = { method, open, latency: [], work: [], throughput: [] };
      turns.push(turn);
      try {
        // Not counted. It starts what the method keeps, as much as it keeps at full load.
        await throughputSlice(() => open.run(workload.shortTask, signal), atOnce, warmUp);
      } catch (error) {
        if (!(error instanceof ForkRefused)) throw error;
        say(`The method ${method.name} is left out. ${error.message}`);
        turns.splice(turns.indexOf(turn), 1);
        await open.close();
      }
    }
    const begun = performance.now();
    for (let rounds = 0; pace.another(rounds, performance.now() - begun); rounds++) {
      const first = rounds % turns.length;
      for (const turn of [...turns.slice(first), ...turns.slice(0, first)]) await takeTurn(turn);
      say(progressOf(rounds + 1, performance.now() - begun));
    }
    return turns.map(({ method, ...samples }) => rowOf(workload.name, method, samples));
  } finally {
    await Promise.all([calm, ...turns.map(({ open }) => open)].map((each) => each.close()));
  }

  async function takeTurn({ open, latency, work, throughput }: Turn): Promise<void> {
    const short = () => open.run(workload.shortTask, signal);
    await calm.wait(signal);
    for (let i = 0; i < pace.latencyTasks; i++) latency.push(await open.run(workload.task, signal));
    const before = await calm.wait(signal);
    let after = before;
    const measured: Measured[] = [];
    for (let i = 0; i < pace.workTasks; i++) {
      measured.push(await short());
      after = await calm.wait(signal);
    }
    work.push({ measured, cpuSeconds: after - before });
    throughput.push(await throughputSlice(short, atOnce, pace));
  }

  function progressOf(round: number, elapsedMs: number): string {
    const p50s = turns.map(
      ({ method, latency }) => `${method.name} ${quantiles(latency.map(({ handoverMs }) => handoverMs)).p50}`,
    );
    const n = turns[0]?.latency.length ?? 0;
    return `${workload.name}: round ${round}, n ${n}, ${(elapsedMs / 1000).toFixed(0)} s; handover p50 ms: ${p50s.join(' · ')}`;
  }
}
