import { setTimeout as sleep } from 'node:timers/promises';
import type { JobStorage } from '../job-storage.js';
import type { FoundJob } from './find-job.js';
import { type JobStatus, readJobStatus } from './read-job-status.js';

const shortestPauseMs = 500;
const longestPauseMs = 2_000;

/**
 * Looks at a run until every task has its outcome, twice a second while things happen and down to every two seconds while
 * they do not.
 *
 * @throws the signal's reason when it is aborted first.
 */
export async function watchJob(
  storage: Pick<JobStorage, 'jobs' | 'poisonQueue'>,
  job: FoundJob,
  signal: AbortSignal,
  onStatus: (status: JobStatus) => void | Promise<void>,
): Promise<JobStatus> {
  if (job.manifest === undefined) {
    throw new Error(
      `Cannot watch the job ${job.scope.jobId}: nobody wrote down how many tasks it has, so its end cannot be seen. Use \`mops-cold status ${job.scope.jobId}\`.`,
    );
  }
  let pauseMs = shortestPauseMs;
  let ended = -1;
  for (;;) {
    const status = await readJobStatus(storage, job, signal);
    await onStatus(status);
    if (status.pending === 0) return status;
    pauseMs = status.ended === ended ? Math.min(longestPauseMs, pauseMs * 1.5) : shortestPauseMs;
    ended = status.ended;
    await sleep(pauseMs, undefined, { signal });
  }
}
