import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { BenchFolder } from '../../src/benchmark/bench-folder.js';
import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { benchWorkload } from '../../src/benchmark/bench-workload.js';
import { suitedMethods } from '../../src/benchmark/methods/suited-methods.js';
import type { Pace } from '../../src/benchmark/pace.js';
import { compileExtension } from './compile-extension.js';
import { findHeavyImports } from './heavy-imports.js';
import { standardWorkload, type WorkloadKind } from './standard-workload.js';

const full: Pace = {
  latencyTasks: 10,
  workTasks: 5,
  throughputTasks: 10,
  throughputMs: 1_000,
  another: (rounds) => rounds < 20,
};
/** A round with a heavy import takes more than a minute. */
const fullHeavy: Pace = { ...full, another: (rounds) => rounds < 6 };
/** As many rounds as fit. */
const quickFor = (budgetMs: number, latencyTasks: number): Pace => ({
  latencyTasks,
  workTasks: 2,
  throughputTasks: 4,
  throughputMs: 300,
  another: (rounds, elapsedMs) => rounds === 0 || elapsedMs + elapsedMs / rounds < budgetMs,
});

/** All methods, in turn, on a trivial simulation and on one with a heavy import. */
export async function benchMethods(
  { quick, python }: { quick: boolean; python: string },
  folder: BenchFolder,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<BenchRow[]> {
  const extensions = join(folder.path, 'extensions');
  const heavy = await findHeavyImports(python, extensions, signal);
  const statics = await compileExtension('statics', heavy.python.python, extensions);
  if ('lacking' in statics) say(`C++ statics are not looked at: ${statics.lacking}.`);
  const files = 'path' in statics ? [statics.path] : [];
  const kinds: (WorkloadKind & { pace: Pace })[] = [
    {
      name: 'trivial',
      modules: '',
      installed: true,
      files,
      busyMs: 20,
      pace: quick ? quickFor(10_000, 6) : full,
    },
  ];
  if ('lacking' in heavy) say(`The workload with a heavy import is left out: ${heavy.lacking}.`);
  else {
    kinds.push({
      name: `heavy import (${heavy.label})`,
      modules: heavy.modules,
      installed: heavy.files.length === 0,
      files: [...files, ...heavy.files],
      // Longer than the import, so that the next process can have loaded while the task runs.
      busyMs: Math.max(300, heavy.ms * 1.5),
      pace: quick ? quickFor(36_000, 2) : fullHeavy,
    });
  }

  const rows: BenchRow[] = [];
  for (const [index, { pace, ...kind }] of kinds.entries()) {
    const own = join(folder.path, `workload-${index}`);
    const workload = await standardWorkload(kind, heavy.python, own);
    const methods = suitedMethods(workload, say);
    const place = { folder: own, python: folder.python, atOnce: availableParallelism() };
    rows.push(...(await benchWorkload(workload, methods, place, pace, signal, say)));
  }
  return rows;
}
