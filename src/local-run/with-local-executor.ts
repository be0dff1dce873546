import { mkdir } from 'node:fs/promises';
import { passedVariables } from '../config/passed-variables.js';
import type { Settings } from '../config/settings.js';
import { createExecutor } from '../runner/create-executor.js';
import type { Executor, PythonEnvironment } from '../simulation/ports.js';

/** Lets work use an executor on this machine, and ends it afterwards with everything that it started. */
export async function withLocalExecutor<T>(
  settings: Settings,
  { python }: PythonEnvironment,
  work: (executor: Executor) => Promise<T>,
): Promise<T> {
  await mkdir(settings.MODELOPS_SCRATCH_DIR, { recursive: true });
  const executor = createExecutor({
    python,
    scratchRoot: settings.MODELOPS_SCRATCH_DIR,
    passed: passedVariables(settings),
    warm: { maxReuse: 1, ttlMs: 1_000, maxProcesses: 1 },
  });
  try {
    return await work(executor);
  } finally {
    await executor.close();
  }
}
