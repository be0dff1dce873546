import { createOnce } from '../../azure-backend/create-once.js';
import type { Cancellation } from '../../contracts/job/cancellation.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { StoppedHalfway } from '../../reporting/stopped-halfway.js';
import { cancellationPath } from '../job-paths.js';
import type { JobStorage } from '../job-storage.js';
import { directJob, type FoundJob } from '../reading/find-job.js';
import { listRuns } from '../reading/list-runs.js';
import { listStanding } from '../reading/list-standing.js';
import { readTasks } from '../reading/read-tasks.js';
import { hasValues, type TaskValues } from '../reading/task-values.js';
import { newRunId } from './new-run-id.js';

/** Which tasks are meant; all that have not ended when none is named. */
export interface CancelChoice {
  values: TaskValues;
  /** Starts of ids. */
  starts: string[];
  by: string | undefined;
}

export interface Cancelled {
  job_id: string;
  /** Tasks that have not ended and were meant; those of a job that nobody wrote down are not counted. */
  tasks: number | null;
  runs: string[];
}

/**
 * Has tasks of a job end that have not: those that wait never start, those that run are ended, in all runs of the job that there
 * are now.
 *
 * @throws when the tasks have no job of their own; StoppedHalfway on interruption or trouble in the middle
 */
export async function cancelTasks(
  { jobs }: Pick<JobStorage, 'jobs'>,
  job: FoundJob,
  { values, starts, by }: CancelChoice,
  signal: AbortSignal,
): Promise<Cancelled> {
  const { jobId } = job.scope;
  if (jobId === directJob)
    throw new Error(
      `Cannot cancel the job ${directJob}: its tasks were pushed one by one and have nothing in common. Remove their messages from the queue.`,
    );
  const some = values.size > 0 || starts.length > 0;
  if (some && job.manifest === undefined)
    throw new Error(
      `Cannot cancel some tasks of the job ${jobId}: nobody wrote down what they are. Cancel all of them, or remove their messages from the queue.`,
    );
  const standing = await listStanding(jobs, job, signal, { ...job.scope, run: undefined });
  const chosen: string[] = [];
  for await (const { task_id: id, message } of readTasks(jobs, jobId, signal)) {
    const isMeant = starts.length === 0 || starts.some((start) => id.startsWith(start));
    if (isMeant && hasValues(message.params.values, message.seed, values) && !standing.has(id))
      chosen.push(id);
  }
  // Those that were left out have ended, and have no outcome each.
  const tasks = job.manifest === undefined ? null : Math.max(0, chosen.length - (some ? 0 : job.leftOut));
  if (tasks === 0) return { job_id: jobId, tasks, runs: [] };
  const runs = await listRuns(jobs, jobId, signal);
  const cancellation: Cancellation = {
    tasks: some ? chosen : null,
    ...(by !== undefined && { cancelled_by: by }),
    cancelled_at: new Date().toISOString(),
  };
  try {
    for (const run of runs) {
      const path = cancellationPath({ jobId, run }, newRunId());
      await createOnce(jobs, path, stringifyJson(cancellation), 'application/json', {}, signal);
    }
  } catch (cause) {
    const why = signal.aborted || !(cause instanceof Error) ? '' : ` ${cause.message}.`;
    throw new StoppedHalfway(
      `Tasks of job ${jobId} may be cancelled by now, and others not.${why} The same command cancels the rest.`,
      { cause },
    );
  }
  return { job_id: jobId, tasks, runs };
}
