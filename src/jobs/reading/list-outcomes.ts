import type { ContainerClient } from '@azure/storage-blob';
import { listDescribedBlobs } from '../../azure-backend/list-described-blobs.js';
import { outcomesPrefix, runsPrefix } from '../job-paths.js';
import type { RunScope } from '../run-scope.js';
import { type ListedOutcome, listedOutcome } from './listed-outcome.js';

/**
 * The outcomes of a run (of all runs, when the scope names none) by listing alone: one request for 5,000 of them.
 *
 * @param page how many one request is to give, for a reader that wants no more
 */
export async function* listOutcomes(
  jobs: ContainerClient,
  { jobId, run, runs }: RunScope,
  abortSignal: AbortSignal,
  page?: number,
): AsyncGenerator<ListedOutcome> {
  const chosen = run === undefined ? runs : [run];
  const prefixes = chosen?.map((one) => outcomesPrefix({ jobId, run: one })) ?? [runsPrefix(jobId)];
  for (const prefix of prefixes) {
    for await (const blobs of listDescribedBlobs(jobs, prefix, abortSignal, page)) {
      for (const blob of blobs) {
        const outcome = listedOutcome(blob);
        if (outcome) yield outcome;
      }
    }
  }
}
