import type { TaskLimits } from './task-limits.js';

/** Of whatever has limits, those that are given. */
export function limitsOf({
  timeout_seconds: seconds,
  memory_bytes: bytes,
}: {
  [Limit in keyof TaskLimits]?: TaskLimits[Limit] | undefined;
}): TaskLimits {
  return {
    ...(seconds !== undefined && { timeout_seconds: seconds }),
    ...(bytes !== undefined && { memory_bytes: bytes }),
  };
}
