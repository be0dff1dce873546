import { environmentOptions } from '../config/environment-options.js';
import type { Settings } from '../config/settings.js';
import type { BuildOptions } from '../environments/build/build-options.js';
import { createEnvironments } from '../environments/create-environments.js';
import { defaultMemoryLimit } from '../runner/memory/default-memory-limit.js';
import type { LocalBundle } from '../simulation/ports.js';
import { type RunTask, type TaskPlace, taskPlace } from './task-place.js';
import { withLocalExecutor } from './with-local-executor.js';

export interface TaskRunnerOptions {
  atOnce?: number;
  builtAhead?: BuildOptions['store'] | undefined;
}

/**
 * Lets work run tasks of a bundle on this machine, and ends afterwards all that was started.
 *
 * @param options.atOnce how many at a time, among which the memory is shared
 * @param options.builtAhead where its environment is looked for before it is built
 */
export async function withTaskRunner<T>(
  settings: Settings,
  bundle: LocalBundle,
  { atOnce = 1, builtAhead }: TaskRunnerOptions,
  work: (run: RunTask, place: TaskPlace) => Promise<T>,
): Promise<T> {
  const { build, ...options } = environmentOptions(settings, { retry: true });
  const environments = createEnvironments({
    ...options,
    ...(build && { build: { ...build, ...(builtAhead && { store: builtAhead }) } }),
  });
  const environment = await environments.forBundle(bundle);
  const app = {
    timeoutMs: settings.MODELOPS_TASK_TIMEOUT_SECONDS * 1000,
    memoryLimitBytes: settings.MODELOPS_MEM_LIMIT_BYTES ?? (await defaultMemoryLimit(atOnce)),
    threads: settings.MODELOPS_THREADS_PER_TASK,
    fixedAddresses: settings.MODELOPS_FIXED_ADDRESSES,
    cpuBaseline: settings.MODELOPS_CPU_BASELINE,
  };
  return withLocalExecutor(
    settings,
    environment,
    (executor) => {
      const { run, place } = taskPlace(executor, { bundle, environment }, app);
      return work(run, place);
    },
    environments.kept,
  );
}
