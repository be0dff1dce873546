import { join } from 'node:path';
import type { Settings } from '../config/settings.js';
import type { SimTask } from '../contracts/task/sim-task.js';
import { taskId } from '../contracts/task/task-id.js';
import { createEnvironments } from '../environments/create-environments.js';
import { defaultMemoryLimit } from '../runner/memory/default-memory-limit.js';
import { newAttempt } from '../simulation/new-attempt.js';
import type { LocalBundle } from '../simulation/ports.js';
import { runLimits } from '../simulation/run-limits.js';
import { type GivenTimeout, timeoutLimit } from '../simulation/timeout-limit.js';
import { keepRun, type RanTask } from './keep-run.js';
import { withLocalExecutor } from './with-local-executor.js';

/**
 * Runs one task as the app would run it under `cold`, and leaves its artifacts, `log.txt` and `outcome.json` in
 * `<to>/<task id>/`.
 *
 * @throws the signal's reason when the run was cancelled; nothing is written then.
 */
export async function runOneTask(
  settings: Settings,
  task: SimTask,
  bundle: LocalBundle,
  { timeout, to }: { timeout?: GivenTimeout | undefined; to: string },
  signal: AbortSignal,
): Promise<RanTask> {
  const environments = createEnvironments({
    python: settings.MODELOPS_PYTHON,
    venvsFolder: settings.MODELOPS_VENVS_DIR,
    linksFolder: join(settings.MODELOPS_SCRATCH_DIR, 'python3'),
  });
  const environment = await environments.forBundle(bundle);
  const memoryLimitBytes = settings.MODELOPS_MEM_LIMIT_BYTES ?? (await defaultMemoryLimit(1));
  const threads = settings.MODELOPS_THREADS_PER_TASK;
  const app = {
    ...timeoutLimit(timeout, settings.MODELOPS_TASK_TIMEOUT_SECONDS),
    memoryLimitBytes,
    threads,
  };
  return withLocalExecutor(settings, environment, async (executor) => {
    const report = await executor.run(
      {
        attempt: newAttempt(),
        task,
        executor: 'cold',
        bundle,
        environment,
        fixedAddresses: settings.MODELOPS_FIXED_ADDRESSES,
        cpuBaseline: settings.MODELOPS_CPU_BASELINE,
        ...runLimits(app, bundle.metadata),
      },
      signal,
    );
    try {
      signal.throwIfAborted();
      return await keepRun(task, report, join(to, taskId(task)));
    } finally {
      await report.dispose();
    }
  });
}
