import type { ContainerClient } from '@azure/storage-blob';
import { outcomesPrefix, runsPrefix } from '../job-paths.js';
import type { RunScope } from '../run-scope.js';
import { unlessMissing } from '../unless-missing.js';
import { type ListedOutcome, listedOutcome } from './listed-outcome.js';

/** The outcomes of a run (of all runs, when the scope names none) by listing alone: one request for 5,000 of them. */
export async function* listOutcomes(
  jobs: ContainerClient,
  { jobId, run }: RunScope,
  abortSignal: AbortSignal,
): AsyncGenerator<ListedOutcome> {
  const prefix = run === undefined ? runsPrefix(jobId) : outcomesPrefix({ jobId, run });
  for await (const blob of unlessMissing(
    jobs.listBlobsFlat({ prefix, includeMetadata: true, abortSignal }),
  )) {
    const listed = listedOutcome(blob);
    if (listed) yield listed;
  }
}
