import type { ContainerClient } from '@azure/storage-blob';
import { listDescribedBlobs } from '../../azure-backend/list-described-blobs.js';
import type { OutcomeKind } from '../../contracts/result/outcome.js';
import { aggregationsPrefix } from '../job-paths.js';
import type { RunScope } from '../run-scope.js';
import { listRuns } from './list-runs.js';
import { outcomeInListing } from './outcome-in-listing.js';
import type { ComparableOutcome } from './standing-outcomes.js';

/** What a listing says of the record of an aggregation. `taskId` is the aggregation's own name, which takes the place of one. */
export interface ListedAggregation extends ComparableOutcome {
  blobName: string;
  run: string;
  taskId: string;
  outcome: OutcomeKind;
  cached: boolean;
  recordedAt: Date;
}

/** How the aggregations of a run (of all runs, when the scope names none) have ended, by listing alone. */
export async function* listAggregations(
  jobs: ContainerClient,
  { jobId, run, runs }: RunScope,
  abortSignal: AbortSignal,
): AsyncGenerator<ListedAggregation> {
  const chosen = run === undefined ? (runs ?? (await listRuns(jobs, jobId, abortSignal))) : [run];
  for (const one of chosen) {
    const prefix = aggregationsPrefix({ jobId, run: one });
    for await (const blobs of listDescribedBlobs(jobs, prefix, abortSignal))
      for (const { name, metadata, createdOn } of blobs)
        yield {
          blobName: name,
          run: one,
          taskId: name.slice(prefix.length).replace(/\.json$/, ''),
          outcome: outcomeInListing(name, metadata),
          cached: metadata.cached === 'true',
          recordedAt: createdOn,
        };
  }
}
