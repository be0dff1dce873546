import type { Settings } from '../config/settings.js';
import type { SimTask } from '../contracts/task/sim-task.js';
import { type TaskRunnerOptions, withTaskRunner } from '../local-run/with-task-runner.js';
import type { Reporter } from '../reporting/reporter.js';
import type { LocalBundle } from '../simulation/ports.js';
import { type DiagnoseAtOptions, diagnoseAt } from './diagnose-at.js';
import type { Diagnosis } from './diagnosis.js';

export interface DiagnoseOptions extends DiagnoseAtOptions {
  builtAhead?: TaskRunnerOptions['builtAhead'];
}

/**
 * Finds out whether a bundle leaks state from one task to the next: every task cold and twice, then the same tasks in one reused process
 * in several orders. If it does, finds the fewest tasks that show it, and what of the process they have changed; proves which of it is
 * the cause by putting it back.
 *
 * @param tasks of one bundle, entrypoint, environment and configuration; in their order, and none is left out
 * @throws UsageError when they never run in one process
 */
export async function diagnose(
  settings: Settings,
  bundle: LocalBundle,
  tasks: SimTask[],
  { builtAhead, ...options }: DiagnoseOptions,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<Diagnosis> {
  return withTaskRunner(settings, bundle, { atOnce: options.atOnce, builtAhead }, (run, place) =>
    diagnoseAt(run, place, tasks, options, reporter, signal),
  );
}
