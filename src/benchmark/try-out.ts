import type { Settings } from '../config/settings.js';
import { withLocalExecutor } from '../local-run/with-local-executor.js';
import { newAttempt } from '../simulation/new-attempt.js';
import { TaskFailed } from './task-failed.js';
import type { Workload } from './workload.js';

/**
 * Runs the task of a bundle once as the app would, so that what is wrong with it is told in the app's words, and not in
 * those of whichever method meets it first.
 *
 * @param workload with the bundle as it is, without the bench's wire function
 * @throws TaskFailed
 */
export async function tryOut(
  settings: Settings,
  {
    task,
    bundle,
    environment,
    timeoutMs,
    timeoutSetBy,
    memoryLimitBytes,
    memorySetBy,
    threads,
    fixedAddresses = false,
    cpuBaseline = 'native',
  }: Workload,
  signal: AbortSignal,
): Promise<void> {
  await withLocalExecutor(settings, environment, async (executor) => {
    const report = await executor.run(
      {
        attempt: newAttempt(),
        task,
        executor: 'cold',
        bundle,
        environment,
        timeoutMs,
        ...(timeoutSetBy !== undefined && { timeoutSetBy }),
        memoryLimitBytes,
        ...(memorySetBy !== undefined && { memorySetBy }),
        threads,
        fixedAddresses,
        cpuBaseline,
      },
      signal,
    );
    try {
      signal.throwIfAborted();
      if (report.outcome !== 'succeeded')
        throw new TaskFailed(undefined, report.reason || report.outcome, report.error?.traceback);
    } finally {
      await report.dispose();
    }
  });
}
