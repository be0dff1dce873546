import { join } from 'node:path';
import type { Settings } from '../config/settings.js';
import type { SimTask } from '../contracts/task/sim-task.js';
import { taskId } from '../contracts/task/task-id.js';
import type { LocalBundle } from '../simulation/ports.js';
import { keepRun, type RanTask } from './keep-run.js';
import { type TaskRunnerOptions, withTaskRunner } from './with-task-runner.js';

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
  { to, ...options }: Pick<TaskRunnerOptions, 'builtAhead'> & { to: string },
  signal: AbortSignal,
): Promise<RanTask> {
  return withTaskRunner(settings, bundle, options, async (run) => {
    const report = await run(task, signal);
    try {
      return await keepRun(task, report, join(to, taskId(task)));
    } finally {
      await report.dispose();
    }
  });
}
