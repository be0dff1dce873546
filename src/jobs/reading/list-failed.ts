import type { ContainerClient } from '@azure/storage-blob';
import type { FoundJob } from './find-job.js';
import { listStanding } from './list-standing.js';
import type { ListedOutcome } from './listed-outcome.js';

/** The tasks of a job that failed, by listing alone. */
export async function listFailed(
  jobs: ContainerClient,
  job: Pick<FoundJob, 'scope' | 'retries'>,
  signal: AbortSignal,
): Promise<ListedOutcome[]> {
  const standing = await listStanding(jobs, job, signal);
  return [...standing.values()].filter(({ outcome }) => outcome !== 'succeeded');
}
