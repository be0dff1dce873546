import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { environmentOptions } from '../config/environment-options.js';
import { passedVariables } from '../config/passed-variables.js';
import type { Settings } from '../config/settings.js';
import type { SimTask } from '../contracts/task/sim-task.js';
import { createEnvironments } from '../environments/create-environments.js';
import { heldNumpyFeatures } from '../runner/baseline/held-numpy-features.js';
import { defaultMemoryLimit } from '../runner/memory/default-memory-limit.js';
import type { LocalBundle } from '../simulation/ports.js';
import { runLimits } from '../simulation/run-limits.js';
import { createBenchFolder } from './bench-folder.js';
import type { BenchRow } from './bench-row.js';
import { type BenchPlace, benchWorkload } from './bench-workload.js';
import { spawn } from './methods/spawn.js';
import { suitedMethods } from './methods/suited-methods.js';
import type { Pace } from './pace.js';
import { tryOut } from './try-out.js';
import type { Workload } from './workload.js';
import { wrapBundle } from './wrap-bundle.js';

export interface TaskToBench {
  settings: Settings;
  task: SimTask;
  bundle: LocalBundle;
  n: number;
}

const mostRounds = 5;

/**
 * Runs one task again and again by every method that suits its bundle, as it is: its simulation takes what it takes.
 *
 * @param say progress, and what is left out
 * @throws TaskFailed
 */
export async function benchTask(
  { settings, task, bundle, n }: TaskToBench,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<BenchRow[]> {
  const environments = createEnvironments(environmentOptions(settings, { retry: true }));
  const environment = await environments.forBundle(bundle);
  const atOnce = availableParallelism();
  const memoryLimitBytes = settings.MODELOPS_MEM_LIMIT_BYTES ?? (await defaultMemoryLimit(atOnce));
  const limits = {
    timeoutMs: settings.MODELOPS_TASK_TIMEOUT_SECONDS * 1000,
    memoryLimitBytes,
    threads: settings.MODELOPS_THREADS_PER_TASK,
  };
  // Where tasks have their folders: the disk is part of what is measured.
  const folder = await createBenchFolder(settings.MODELOPS_SCRATCH_DIR);
  try {
    const held = { bundle, environment, task, cpuBaseline: settings.MODELOPS_CPU_BASELINE };
    const own = {
      ...held,
      numpyFeatures: await heldNumpyFeatures(held),
      name: task.entrypoint,
      shortTask: task,
      passed: passedVariables(settings),
      fixedAddresses: settings.MODELOPS_FIXED_ADDRESSES,
      ...runLimits(limits, bundle.metadata, task),
    };
    await tryOut(settings, own, signal);
    const workload = { ...own, bundle: await wrapBundle(bundle, join(folder.path, 'bundle')) };
    const place = { folder: join(folder.path, 'm'), python: folder.python, atOnce };
    await runOnce(workload, { ...place, folder: join(folder.path, 'once') }, signal);
    return await benchWorkload(workload, suitedMethods(workload, say), place, paceFor(n), signal, say);
  } finally {
    await folder.remove();
  }
}

/** Whether the bench's wire function is the one that runs is best told before any other method looks for it. */
async function runOnce(workload: Workload, place: BenchPlace, signal: AbortSignal): Promise<void> {
  await mkdir(place.folder);
  const open = await spawn.open(workload, place);
  try {
    await open.run(workload.task, signal);
  } finally {
    await open.close();
  }
}

function paceFor(n: number): Pace {
  const rounds = Math.min(n, mostRounds);
  const each = Math.ceil(n / rounds);
  return {
    latencyTasks: each,
    workTasks: each,
    throughputTasks: each,
    throughputMs: 0,
    another: (done) => done * each < n,
  };
}
