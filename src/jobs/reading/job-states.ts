import { setTimeout as sleep } from 'node:timers/promises';
import type { JobStorage } from '../job-storage.js';
import type { FoundJob } from './find-job.js';
import { type Look, pauseBeforeLooking } from './pause-before-looking.js';
import { type JobStatus, readJobStatus } from './read-job-status.js';

/** Looks from which the pace of a run is taken. */
const remembered = 20;

/**
 * Where a run stands, again and again, until every task has its outcome, and every parameter set its losses: twice a second at first and near its end, less often in
 * between and the larger it is, and every 30 seconds at least.
 *
 * @throws the signal's reason when it is aborted first.
 */
export async function* jobStates(
  storage: Pick<JobStorage, 'jobs' | 'queue' | 'poisonQueue'>,
  job: FoundJob,
  signal: AbortSignal,
): AsyncGenerator<JobStatus> {
  if (job.manifest === undefined) {
    throw new Error(
      `Cannot watch the job ${job.scope.jobId}: nobody wrote down how many tasks it has, so its end cannot be seen. Use \`mops-cold status ${job.scope.jobId}\`.`,
    );
  }
  const begun = performance.now();
  let looks: Look[] = [];
  for (;;) {
    const before = performance.now();
    const status = await readJobStatus(storage, job, signal);
    const tookMs = performance.now() - before;
    yield status;
    const aggregating = status.aggregations?.pending ?? 0;
    if (status.pending === 0 && aggregating === 0) return;
    const ended = status.ended + (status.aggregations?.ended ?? 0);
    const pending = (status.pending ?? 0) + aggregating;
    looks = [...looks, { atMs: before - begun, ended, pending, tookMs }].slice(-remembered);
    await sleep(pauseBeforeLooking(looks), undefined, { signal });
  }
}
