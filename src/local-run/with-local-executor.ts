import { mkdir } from 'node:fs/promises';
import { ConfigurationError } from '../config/configuration-error.js';
import { passedVariables } from '../config/passed-variables.js';
import { sandboxOf } from '../config/sandbox-of.js';
import type { Settings } from '../config/settings.js';
import { baselineProblem } from '../runner/baseline/baseline-problem.js';
import { createExecutor } from '../runner/create-executor.js';
import type {
  Executor,
  KeepsWarmUps,
  KeptFolders,
  PythonEnvironment,
  RunsPrograms,
} from '../simulation/ports.js';

/**
 * Lets work use an executor on this machine, and ends it afterwards with everything that it started.
 *
 * @param kept where what warm-ups left is looked for before they run
 * @throws ConfigurationError when this machine does not reach MODELOPS_CPU_BASELINE
 */
export async function withLocalExecutor<T>(
  settings: Settings,
  { python }: PythonEnvironment,
  work: (executor: Executor & KeepsWarmUps & RunsPrograms) => Promise<T>,
  kept?: KeptFolders,
): Promise<T> {
  const unreached = await baselineProblem(settings.MODELOPS_CPU_BASELINE);
  if (unreached !== undefined) throw new ConfigurationError([unreached]);
  await mkdir(settings.MODELOPS_SCRATCH_DIR, { recursive: true });
  const executor = createExecutor({
    python,
    scratchRoot: settings.MODELOPS_SCRATCH_DIR,
    passed: passedVariables(settings),
    sandbox: sandboxOf(settings),
    ...(kept && { kept }),
    warm: { maxReuse: 1, ttlMs: 1_000, maxProcesses: 1 },
  });
  try {
    return await work(executor);
  } finally {
    await executor.close();
  }
}
