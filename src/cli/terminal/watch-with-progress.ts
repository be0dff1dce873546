import type { JobStorage } from '../../jobs/job-storage.js';
import { type FilledCaches, filledCaches } from '../../jobs/reading/filled-caches.js';
import type { FoundJob } from '../../jobs/reading/find-job.js';
import { type IdenticalReplicates, identicalReplicates } from '../../jobs/reading/identical-replicates.js';
import type { JobStatus } from '../../jobs/reading/read-job-status.js';
import { watchJob } from '../../jobs/reading/watch-job.js';
import { counted } from '../../reporting/counted.js';
import { createProgress } from './create-progress.js';
import { filledCacheLines } from './filled-cache-lines.js';
import type { Output } from './output.js';
import { replicateLines } from './replicate-lines.js';
import { statusLines, troubleOf } from './status-lines.js';

/** How a run ended. */
export type WatchedJob = JobStatus & {
  identical_replicates: IdenticalReplicates;
  filled_caches: FilledCaches;
};

/** Watches a run to its end: a bar, or lines where there is no terminal, and then how it ended. */
export async function watchWithProgress(
  output: Output,
  storage: Pick<JobStorage, 'jobs' | 'poisonQueue'>,
  job: FoundJob,
  signal: AbortSignal,
): Promise<WatchedJob> {
  const progress = createProgress(output.progress, job.scope.jobId);
  const status = await watchJob(storage, job, signal, (now) => {
    const trouble = troubleOf(now);
    progress.update({
      done: now.ended,
      total: now.tasks ?? undefined,
      failed: now.failed,
      ...(trouble && { note: trouble }),
    });
  }).finally(() => progress.end());
  const replicates = await identicalReplicates(storage.jobs, job.scope, signal);
  const caches = await filledCaches(storage.jobs, job.scope, signal);
  const lines = [...statusLines(status), ...replicateLines(replicates), ...cacheLines(caches)];
  for (const line of lines) output.say(line);
  return { ...status, identical_replicates: replicates, filled_caches: caches };
}

function cacheLines({ tasks, example }: FilledCaches): string[] {
  return example ? filledCacheLines(counted(tasks, 'task'), example) : [];
}
