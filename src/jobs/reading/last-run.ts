import type { TaskLimits } from '../../contracts/bundle/task-limits.js';
import { runTerms } from '../../contracts/job/run-terms.js';
import type { StopRule } from '../../contracts/message/stop-rule.js';
import type { JobStorage } from '../job-storage.js';
import { findJob } from './find-job.js';
import { readJobManifest } from './read-job-manifest.js';
import { type JobStatus, readJobStatus } from './read-job-status.js';

/** Where the latest run of a job stands, whether its tasks run although their results are stored, and its limits. */
interface LastRun extends JobStatus {
  noCache: boolean;
  terms: TaskLimits & StopRule;
}

/** Where the latest run of a job stands; undefined when there is no such job, or it has no run yet. */
export async function lastRun(
  storage: Pick<JobStorage, 'jobs' | 'queue' | 'poisonQueue'>,
  jobId: string,
  signal: AbortSignal,
): Promise<(LastRun & { run: string }) | undefined> {
  const manifest = await readJobManifest(storage.jobs, jobId);
  if (manifest === undefined) return undefined;
  const job = await findJob(storage, jobId, undefined, signal, manifest);
  const status = await readJobStatus(storage, job, signal);
  if (job.runManifest === undefined) return undefined;
  const { run, no_cache: noCache = false, ...terms } = runTerms(job.runManifest);
  return { ...status, run, noCache, terms };
}
