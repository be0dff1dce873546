import { environmentOptions } from '../config/environment-options.js';
import type { Settings } from '../config/settings.js';
import { builtAhead } from '../connections/built-ahead.js';
import type { Caller } from '../connections/caller.js';
import { createEnvironments } from '../environments/create-environments.js';
import { withLocalExecutor } from '../local-run/with-local-executor.js';
import { defaultMemoryLimit } from '../runner/memory/default-memory-limit.js';
import type { KeptEnvironment, LocalBundle, PythonEnvironment, Stored } from '../simulation/ports.js';
import { warmUpRun } from '../simulation/warm-up-run.js';

/**
 * Builds the environment of a bundle on this machine, and stores it for those that are of its kind, unless it is there; and so with
 * what its build command and its warm-up leave.
 *
 * @param again whether it is stored in the place of one that is there
 * @param warn is told why one that the store has is not taken
 * @returns undefined when the bundle declares no packages, and names no command and no warm-up
 * @throws EnvironmentFailed when it cannot be built; another error when it may be later, or cannot be stored.
 */
export async function buildHere(
  settings: Settings,
  bundle: LocalBundle,
  caller: Caller,
  { again, warn }: { again: boolean; warn: (sentence: string) => void },
): Promise<KeptEnvironment | undefined> {
  const { build, ...options } = environmentOptions(
    { ...settings, MODELOPS_ENVIRONMENTS: 'build' },
    { retry: true },
  );
  if (build === undefined) throw new Error('MODELOPS_ENVIRONMENTS=build builds none.');
  const store = builtAhead(settings, caller, warn);
  const environments = createEnvironments({ ...options, build: { ...build, store } });
  return environments.keep(bundle, { again, also: (environment) => warmUp(environment) });

  async function warmUp(environment: PythonEnvironment): Promise<Stored | undefined> {
    const limits = {
      timeoutMs: settings.MODELOPS_TASK_TIMEOUT_SECONDS * 1000,
      memoryLimitBytes: settings.MODELOPS_MEM_LIMIT_BYTES ?? (await defaultMemoryLimit(1)),
      threads: settings.MODELOPS_THREADS_PER_TASK,
      fixedAddresses: settings.MODELOPS_FIXED_ADDRESSES,
      cpuBaseline: settings.MODELOPS_CPU_BASELINE,
    };
    const run = warmUpRun(limits, bundle, environment);
    return (
      run &&
      withLocalExecutor(
        settings,
        environment,
        (executor) => executor.keepWarmUp(run, { again }, caller.signal),
        environments.kept,
      )
    );
  }
}
