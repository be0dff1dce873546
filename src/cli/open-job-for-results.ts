import type { OpenStorage } from '../connections/open-storage.js';
import type { FoundJob } from '../jobs/reading/find-job.js';
import type { CliContext } from './cli-context.js';
import { openJob } from './open-job.js';

/**
 * A job as those see it who want its results: without a run the best outcome of each task in all runs, while `openJob` means the latest alone.
 *
 * @param name of the job, the start of it, or `last`
 */
export async function openJobForResults(
  context: CliContext,
  name: string,
  run: string | undefined,
): Promise<{ storage: OpenStorage; job: FoundJob }> {
  const { storage, job } = await openJob(context, name, run);
  return { storage, job: { ...job, scope: { ...job.scope, run } } };
}
