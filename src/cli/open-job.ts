import { type OpenStorage, openStorage } from '../connections/open-storage.js';
import { type FoundJob, findJob } from '../jobs/reading/find-job.js';
import type { CliContext } from './cli-context.js';

/**
 * The storage that the settings describe, and a job in it.
 *
 * @param run another one than the latest
 */
export async function openJob(
  { env, signal }: CliContext,
  jobId: string,
  run: string | undefined,
): Promise<{ storage: OpenStorage; job: FoundJob }> {
  const storage = await openStorage(env);
  return { storage, job: await findJob(storage, jobId, run, signal) };
}
