import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import { isDrawnRun } from '../is-drawn-run.js';
import { eventsPrefix } from '../job-paths.js';
import type { JobStorage } from '../job-storage.js';
import { unlessMissing } from '../unless-missing.js';
import type { FoundJob } from './find-job.js';
import { findOutcome } from './find-outcome.js';
import { listOutcomes } from './list-outcomes.js';
import { listRuns } from './list-runs.js';
import { readOutcome } from './read-outcomes.js';
import { worthOf } from './standing-outcomes.js';

/** All that is stored about how one task fared. */
export interface TaskHistory {
  taskId: string;
  /** How it ended, in the order in which it did. */
  outcomes: OutcomeRecord[];
  /** Of them the one that stands; undefined while it has not ended. */
  standing: OutcomeRecord | undefined;
  /** Attempts that ended with their worker, by run. */
  interruptions: { run: string; attempt: string }[];
}

/** How a task fared, in one run of its job or in all of them. */
export async function taskHistory(
  { jobs }: Pick<JobStorage, 'jobs'>,
  { scope, manifest }: FoundJob,
  { taskId, run }: { taskId: string; run: string | undefined },
  signal: AbortSignal,
): Promise<TaskHistory> {
  const { jobId } = scope;
  const runs = run === undefined ? await listRuns(jobs, jobId, signal) : [run];
  const outcomes: OutcomeRecord[] = [];
  // Of tasks that were pushed one by one each message is a run of its own: listing them takes fewer requests.
  if (manifest === undefined) {
    for await (const listed of listOutcomes(jobs, { jobId, run }, signal))
      if (listed.taskId === taskId) outcomes.push(await readOutcome(jobs, listed.blobName));
  } else {
    for (const each of runs) {
      signal.throwIfAborted();
      const outcome = await findOutcome(jobs, { jobId, run: each }, taskId);
      if (outcome) outcomes.push(outcome);
    }
  }
  outcomes.sort((a, b) => Date.parse(a.finished_at) - Date.parse(b.finished_at));
  const standing = outcomes.reduce<OutcomeRecord | undefined>(
    (best, one) => (best === undefined || worthOf(one) >= worthOf(best) ? one : best),
    undefined,
  );
  const interruptions = [];
  for (const each of manifest === undefined ? [] : runs.filter(isDrawnRun)) {
    const prefix = `${eventsPrefix({ jobId, run: each })}${taskId}/`;
    for await (const { name } of unlessMissing(jobs.listBlobsFlat({ prefix, abortSignal: signal }))) {
      const attempt = /([^/]+)\.interrupted\.json$/.exec(name)?.[1];
      if (attempt !== undefined) interruptions.push({ run: each, attempt });
    }
  }
  return { taskId, outcomes, standing, interruptions };
}
