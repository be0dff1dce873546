import type { SimTask } from '../contracts/task/sim-task.js';
import { newAttempt } from '../simulation/new-attempt.js';
import type {
  Executor,
  LocalBundle,
  Program,
  ProgramReport,
  PythonEnvironment,
  RunReport,
  RunRequest,
  RunsPrograms,
} from '../simulation/ports.js';
import { runLimits } from '../simulation/run-limits.js';

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

/** What holds for every task there. */
export type AppLimits = Parameters<typeof runLimits>[0] & Pick<RunRequest, 'fixedAddresses' | 'cpuBaseline'>;

/** Runs tasks of a bundle in an environment by an executor. */
export function taskPlace(
  executor: Pick<Executor & RunsPrograms, 'run' | 'runProgram'>,
  { bundle, environment }: { bundle: LocalBundle; environment: PythonEnvironment },
  { fixedAddresses = false, cpuBaseline = 'native', ...app }: AppLimits,
): { run: RunTask; place: TaskPlace } {
  const requestOf = (task: SimTask): RunRequest => ({
    attempt: newAttempt(),
    task,
    executor: 'cold',
    bundle,
    environment,
    fixedAddresses,
    cpuBaseline,
    ...runLimits(app, bundle.metadata, task),
  });
  return {
    async run(task, signal) {
      const report = await executor.run(requestOf(task), signal);
      if (!signal.aborted) return report;
      await report.dispose();
      throw signal.reason;
    },
    place: {
      bundle,
      environment,
      runProgram: (task, program, signal) => executor.runProgram(requestOf(task), program, signal),
    },
  };
}
