import type { Settings } from '../../config/settings.js';
import type { TaskLimits } from '../../contracts/bundle/task-limits.js';
import { UsageError } from '../../reporting/usage-error.js';
import { limitsExceeded } from '../../simulation/limits-exceeded.js';

/**
 * Refuses limits above the app's, as far as those are known here: of an app that this command starts, and where the app's settings
 * are set for the command too. An app elsewhere says so itself, as the outcome of the tasks.
 *
 * @throws UsageError
 */
export function mustBeAllowed(
  env: NodeJS.ProcessEnv,
  settings: Settings,
  limits: Iterable<TaskLimits>,
  verb: 'submit' | 'run' | 'retry',
): void {
  const { MODELOPS_TASK_TIMEOUT_SECONDS: seconds, MODELOPS_MEM_LIMIT_BYTES: bytes } = settings;
  const isKnown = verb === 'run' || Boolean(env.MODELOPS_TASK_TIMEOUT_SECONDS);
  const app = {
    timeoutMs: isKnown ? seconds * 1000 : Number.POSITIVE_INFINITY,
    memoryLimitBytes: bytes ?? Number.POSITIVE_INFINITY,
  };
  for (const each of limits) {
    const reason = limitsExceeded(app, each);
    if (reason !== undefined) throw new UsageError(`Cannot ${verb}: ${reason}`);
  }
}
