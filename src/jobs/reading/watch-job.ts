import type { JobStorage } from '../job-storage.js';
import type { FoundJob } from './find-job.js';
import { jobStates } from './job-states.js';
import type { JobStatus } from './read-job-status.js';

/**
 * Looks at a run until it has ended: see `jobStates`.
 *
 * @throws the signal's reason when it is aborted first.
 */
export async function watchJob(
  storage: Pick<JobStorage, 'jobs' | 'queue' | 'poisonQueue'>,
  job: FoundJob,
  signal: AbortSignal,
  onStatus: (status: JobStatus) => void | Promise<void>,
): Promise<JobStatus> {
  let last: JobStatus | undefined;
  for await (const status of jobStates(storage, job, signal)) {
    await onStatus(status);
    last = status;
  }
  if (last === undefined) throw new Error(`The run of job ${job.scope.jobId} was not looked at.`);
  return last;
}
