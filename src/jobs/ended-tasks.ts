import type { RunCounts } from '../contracts/job/run-progress.js';

/** How many tasks have ended, however. */
export function endedTasks({ outcomes }: Pick<RunCounts, 'outcomes'>): number {
  return Object.values(outcomes).reduce((sum, tasks) => sum + tasks, 0);
}
