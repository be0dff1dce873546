import { type OpenStorage, openStorage } from '../connections/open-storage.js';
import { type FoundJob, findJob } from '../jobs/reading/find-job.js';
import { jobNamed } from '../jobs/reading/job-named.js';
import type { CliContext } from './cli-context.js';

/**
 * The storage that the settings describe, and a job in it.
 *
 * @param name of the job, the start of it, or `last`
 * @param run another one than the latest
 */
export async function openJob(
  { env, signal }: CliContext,
  name: string,
  run: string | undefined,
): Promise<{ storage: OpenStorage; job: FoundJob }> {
  const storage = await openStorage(env);
  const jobId = await jobNamed(storage, name, signal);
  return { storage, job: await findJob(storage, jobId, run, signal) };
}
