import type { RunCounts } from '../../contracts/job/run-progress.js';
import { endedTasks } from '../ended-tasks.js';
import type { FoundJob } from './find-job.js';
import { taskCount } from './task-count.js';

/** Counts with the tasks that were left out, which have no outcome each: never more than there are, since some may have ended in an earlier whole run. */
export function withLeftOut(counts: RunCounts, job: FoundJob): RunCounts {
  const leftOut = Math.min(job.leftOut, Math.max(0, (taskCount(job) ?? 0) - endedTasks(counts)));
  if (leftOut === 0) return counts;
  const { outcomes } = counts;
  return { ...counts, outcomes: { ...outcomes, cancelled: (outcomes.cancelled ?? 0) + leftOut } };
}
