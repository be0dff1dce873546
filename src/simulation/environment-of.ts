import type { HeldBundle, PythonEnvironment } from './ports.js';
import type { SimulationContext } from './simulation-context.js';
import type { TaskInvocation } from './task-invocation.js';

/** Where a task runs. Whoever looks at its job sees while its environment is built; one that is there takes no request. */
export async function environmentOf(
  { environments, records }: SimulationContext,
  { jobRun, taskId, attempt, stopwatch }: TaskInvocation,
  bundle: HeldBundle,
): Promise<PythonEnvironment> {
  let told: Promise<void> | undefined;
  // What cannot be told keeps nobody from building.
  const tell = (state: 'building' | 'built') =>
    records.recordBuild(jobRun, taskId, attempt, state).catch((error: unknown) => {
      console.warn(`That the environment of task ${taskId} is ${state} cannot be recorded: ${error}`);
    });
  try {
    return await stopwatch.time('environment', () =>
      environments.forBundle(bundle, () => {
        told = tell('building');
      }),
    );
  } finally {
    if (told) await told.then(() => tell('built'));
  }
}
