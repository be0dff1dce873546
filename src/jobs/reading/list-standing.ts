import type { ContainerClient } from '@azure/storage-blob';
import type { FoundJob } from './find-job.js';
import { listOutcomes } from './list-outcomes.js';
import type { ListedOutcome } from './listed-outcome.js';
import { standingInJob } from './standing-in-job.js';

/** Of each task of a job the outcome that stands, by listing alone. */
export async function listStanding(
  jobs: ContainerClient,
  job: Pick<FoundJob, 'scope' | 'retries'>,
  signal: AbortSignal,
): Promise<Map<string, ListedOutcome>> {
  const listed: ListedOutcome[] = [];
  for await (const one of listOutcomes(jobs, job.scope, signal)) listed.push(one);
  return standingInJob(job, listed);
}
