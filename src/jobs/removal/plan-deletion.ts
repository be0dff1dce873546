import type { JobStorage } from '../job-storage.js';
import { countMessages } from '../reading/count-messages.js';
import type { FoundJob } from '../reading/find-job.js';
import { readJobStatus } from '../reading/read-job-status.js';
import { readCancellations } from './read-cancellations.js';

/** A job that may be deleted. */
export interface Deletion {
  jobId: string;
  /** Null where nobody wrote them down: other clients pushed them, or a deletion was interrupted. */
  tasks: number | null;
  /** Cancelled ones whose messages are still in the queue; null where that cannot be told. */
  waiting: number | null;
}

/**
 * Whether a job may be deleted: nothing of it may run or wait, unless it has been cancelled.
 *
 * @throws with what to do before
 */
export async function planDeletion(
  storage: Pick<JobStorage, 'jobs' | 'queue' | 'poisonQueue'>,
  job: FoundJob,
  signal: AbortSignal,
): Promise<Deletion> {
  const { jobId } = job.scope;
  const unlessQueueIsEmpty = async () => ((await countMessages(storage.queue, signal)) === 0 ? 0 : null);
  if (job.manifest === undefined) return { jobId, tasks: null, waiting: await unlessQueueIsEmpty() };
  const { pending, tasks, running } = await readJobStatus(storage, job, signal);
  // Of earlier runs nobody counts here what has not ended.
  const isOnlyRun = (job.scope.runs ?? []).length <= 1;
  if (!pending) return { jobId, tasks, waiting: isOnlyRun ? 0 : await unlessQueueIsEmpty() };
  const cancellations = await readCancellations(storage.jobs, jobId, signal);
  const isCancelled = (run: string) =>
    cancellations.some((each) => each.run === run && each.cancellation.tasks === null);
  const runs = job.scope.run === undefined ? (job.scope.runs ?? []) : [job.scope.run];
  if (!runs.every(isCancelled))
    throw new Error(
      `Cannot delete the job ${jobId}: ${pending} of its ${tasks} tasks have not ended. Cancel them first (mops-cold cancel ${jobId}), or wait for them (mops-cold watch ${jobId}).`,
    );
  if (running.tasks > 0)
    throw new Error(
      `Cannot delete the job ${jobId}: it is cancelled, and ${running.tasks} of its tasks are still being ended. Give the command again in some seconds.`,
    );
  return { jobId, tasks, waiting: pending };
}
