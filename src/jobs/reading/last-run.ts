import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { jobPath } from '../job-paths.js';
import type { JobStorage } from '../job-storage.js';
import { findJob } from './find-job.js';
import { type JobStatus, readJobStatus } from './read-job-status.js';

/** Where the latest run of a job stands; undefined when there is no such job, or it has no run yet. */
export async function lastRun(
  storage: Pick<JobStorage, 'jobs' | 'poisonQueue'>,
  jobId: string,
  signal: AbortSignal,
): Promise<JobStatus | undefined> {
  if ((await readTextBlob(storage.jobs, jobPath(jobId))) === undefined) return undefined;
  const status = await readJobStatus(storage, await findJob(storage, jobId, undefined, signal), signal);
  return status.run === null ? undefined : status;
}
