import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchFolder } from '../../src/benchmark/bench-folder.js';
import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { openCalm } from '../../src/benchmark/open-calm.js';
import { plainEnvironment } from '../../src/benchmark/plain-environment.js';
import { quantiles } from '../../src/benchmark/quantiles.js';
import { createExecutor } from '../../src/runner/create-executor.js';
import { newAttempt } from '../../src/simulation/new-attempt.js';
import type { RunReport } from '../../src/simulation/ports.js';
import { lateStarsim } from './libraries.js';
import { libraryEnvironment } from './library-environment.js';
import { libraryRequest } from './library-request.js';

/**
 * A task of half a second of a model that its wire function imports only when it is called, in a process that stands by: wall
 * time from handing it over to having the answer, beside the time in which the model ran.
 */
export async function benchLateImport(
  { quick, python, venvs }: { quick: boolean; python: string; venvs: string },
  folder: BenchFolder,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<BenchRow[]> {
  const environment = await libraryEnvironment(lateStarsim, { venvs, python, make: !quick }, signal);
  if ('lacking' in environment) {
    say(`A model that is imported late is left out: ${environment.lacking}.`);
    return [];
  }
  const request = await libraryRequest(lateStarsim, environment);
  const scratchRoot = join(folder.path, 'late-import');
  await mkdir(scratchRoot, { recursive: true });
  const executor = createExecutor({
    python: environment.python,
    scratchRoot,
    standby: { most: 1, unusedMs: 3_600_000 },
    warm: { maxReuse: 1, ttlMs: 1_000, maxProcesses: 1 },
  });
  const env = plainEnvironment({ ...request, name: lateStarsim.name, shortTask: request.task }, folder.path);
  const calm = openCalm(environment.python, env, folder.python);
  const walls: number[] = [];
  const own: number[] = [];
  try {
    for (let seed = 0; seed <= (quick ? 4 : 12); seed++) {
      await calm.wait(signal);
      const task = { ...request.task, seed: BigInt(seed) };
      const began = performance.now();
      const report = await executor.run(
        { ...request, attempt: newAttempt(), executor: 'cold', task },
        signal,
      );
      const wall = performance.now() - began;
      const ran = await modelMs(report);
      // The first one starts the process that is to stand by.
      if (seed === 0) continue;
      if (report.standby !== true) throw new Error('A task of the bench found no process that stood by.');
      walls.push(wall);
      own.push(ran);
    }
  } finally {
    await executor.close();
    await calm.close();
  }
  const row = { table: 'late import', workload: lateStarsim.name, n: walls.length };
  return [
    { ...row, method: 'standby', handover_ms: quantiles(walls) },
    { ...row, method: 'the model itself', handover_ms: quantiles(own) },
  ];
}

async function modelMs(report: RunReport): Promise<number> {
  try {
    const output = report.artifacts.find(({ name }) => name === 'ms');
    if (output === undefined) throw new Error(`The task of the bench failed: ${report.reason}`);
    return Number(await readFile(output.path, 'utf8'));
  } finally {
    await report.dispose();
  }
}
