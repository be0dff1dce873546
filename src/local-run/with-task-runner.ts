import { environmentOptions } from '../config/environment-options.js';
import type { Settings } from '../config/settings.js';
import type { SimTask } from '../contracts/task/sim-task.js';
import type { BuildOptions } from '../environments/build/build-options.js';
import { createEnvironments } from '../environments/create-environments.js';
import { defaultMemoryLimit } from '../runner/memory/default-memory-limit.js';
import { newAttempt } from '../simulation/new-attempt.js';
import type {
  LocalBundle,
  Program,
  ProgramReport,
  PythonEnvironment,
  RunReport,
  RunRequest,
} from '../simulation/ports.js';
import { runLimits } from '../simulation/run-limits.js';
import { withLocalExecutor } from './with-local-executor.js';

/**
 * Runs a task as the app would run it under `cold`, with its own limits whatever the app's are. Whoever asks for it disposes of the report.
 *
 * @throws the signal's reason when the run was cancelled.
 */
export type RunTask = (task: SimTask, signal: AbortSignal) => Promise<RunReport>;

/** Where tasks of a bundle run. */
export interface TaskPlace {
  bundle: LocalBundle;
  environment: PythonEnvironment;
  /** Runs a program where this task would run, with its environment and limits. */
  runProgram(task: SimTask, program: Program, signal: AbortSignal): Promise<ProgramReport>;
}

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
  const memoryLimitBytes = settings.MODELOPS_MEM_LIMIT_BYTES ?? (await defaultMemoryLimit(atOnce));
  const threads = settings.MODELOPS_THREADS_PER_TASK;
  const app = {
    timeoutMs: settings.MODELOPS_TASK_TIMEOUT_SECONDS * 1000,
    memoryLimitBytes,
    threads,
  };
  const requestOf = (task: SimTask): RunRequest => ({
    attempt: newAttempt(),
    task,
    executor: 'cold',
    bundle,
    environment,
    fixedAddresses: settings.MODELOPS_FIXED_ADDRESSES,
    cpuBaseline: settings.MODELOPS_CPU_BASELINE,
    ...runLimits(app, bundle.metadata, task),
  });
  return withLocalExecutor(
    settings,
    environment,
    (executor) => {
      const run: RunTask = async (task, signal) => {
        const report = await executor.run(requestOf(task), signal);
        if (!signal.aborted) return report;
        await report.dispose();
        throw signal.reason;
      };
      const runProgram: TaskPlace['runProgram'] = (task, program, signal) =>
        executor.runProgram(requestOf(task), program, signal);
      return work(run, { bundle, environment, runProgram });
    },
    environments.kept,
  );
}
