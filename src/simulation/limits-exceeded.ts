import type { TaskLimits } from '../contracts/bundle/task-limits.js';
import type { SimulationContext } from './simulation-context.js';

/**
 * Why a task that asks for more than the app allows does not run: it would be ended before it is allowed what it was promised.
 *
 * @returns a sentence that begins with the field; undefined when it asks for no more
 */
export function limitsExceeded(
  app: Pick<SimulationContext, 'timeoutMs' | 'timeoutSetBy' | 'memoryLimitBytes'>,
  { timeout_seconds: seconds, memory_bytes: bytes }: TaskLimits,
): string | undefined {
  if (seconds !== undefined && seconds * 1000 > app.timeoutMs) {
    const setting = app.timeoutSetBy ?? 'MODELOPS_TASK_TIMEOUT_SECONDS';
    return `timeout_seconds is ${seconds}, and the app lets no task run longer than ${app.timeoutMs / 1000} s (${setting}): ask for less (--timeout), or raise the app's limit.`;
  }
  if (bytes !== undefined && bytes > app.memoryLimitBytes)
    return `memory_bytes is ${bytes} (${mebibytes(bytes)}), and the app lets no task take more than ${mebibytes(app.memoryLimitBytes)} (MODELOPS_MEM_LIMIT_BYTES): ask for less (--memory), or raise the app's limit.`;
  return undefined;
}

function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / 1024 / 1024)} MiB`;
}
