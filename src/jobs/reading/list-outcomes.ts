import type { ContainerClient } from '@azure/storage-blob';
import { outcomesPrefix, runsPrefix } from '../job-paths.js';
import type { RunScope } from '../run-scope.js';
import { unlessMissing } from '../unless-missing.js';
import { type ListedOutcome, listedOutcome } from './listed-outcome.js';

/** What Blob storage gives in one answer. */
const usualPage = 5_000;

/**
 * The outcomes of a run (of all runs, when the scope names none) by listing alone: one request for 5,000 of them.
 *
 * @param page how many one request is to give, for a reader that wants no more
 */
export async function* listOutcomes(
  jobs: ContainerClient,
  { jobId, run, runs }: RunScope,
  abortSignal: AbortSignal,
  page = usualPage,
): AsyncGenerator<ListedOutcome> {
  const chosen = run === undefined ? runs : [run];
  const prefixes = chosen?.map((one) => outcomesPrefix({ jobId, run: one })) ?? [runsPrefix(jobId)];
  for (const prefix of prefixes) {
    const listed = jobs.listBlobsFlat({ prefix, includeMetadata: true, abortSignal });
    for await (const { segment } of unlessMissing(listed.byPage({ maxPageSize: page }))) {
      for (const blob of segment.blobItems) {
        const outcome = listedOutcome(blob);
        if (outcome) yield outcome;
      }
    }
  }
}
