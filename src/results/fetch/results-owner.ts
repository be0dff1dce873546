import { z } from 'zod';
import type { JobStorage } from '../../jobs/job-storage.js';
import type { FoundJob } from '../../jobs/reading/find-job.js';

/** Whose results lie in a folder. Jobs of one name in two accounts, or in one that was emptied in between, are two. */
export const ResultsOwner = z.object({
  job_id: z.string(),
  account: z.string(),
  /** When the job was submitted; null when nobody wrote that down, as of tasks that were pushed. */
  created_at: z.string().nullable(),
});
export type ResultsOwner = z.infer<typeof ResultsOwner>;

export function resultsOwner(
  { jobs }: Pick<JobStorage, 'jobs'>,
  { scope, manifest }: Pick<FoundJob, 'scope' | 'manifest'>,
): ResultsOwner {
  return { job_id: scope.jobId, account: jobs.accountName, created_at: manifest?.created_at ?? null };
}
