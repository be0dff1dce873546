import { createOnce } from '../../azure-backend/create-once.js';
import type { Cancellation } from '../../contracts/job/cancellation.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { StoppedHalfway } from '../../reporting/stopped-halfway.js';
import { endedTasks } from '../ended-tasks.js';
import { cancellationPath } from '../job-paths.js';
import type { JobStorage } from '../job-storage.js';
import { countRun } from '../reading/count-run.js';
import { directJob, type FoundJob } from '../reading/find-job.js';
import { leftOutTasks } from '../reading/left-out-tasks.js';
import { listRuns } from '../reading/list-runs.js';
import { listStanding } from '../reading/list-standing.js';
import { readTasks } from '../reading/read-tasks.js';
import { taskCount } from '../reading/task-count.js';
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
  /** Tasks that have not ended and were meant; those of a job that nobody wrote down are not counted. Of a whole large job as many as `status` says. */
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
  const chosen = some ? await unendedTasks(jobs, job, { values, starts }, signal) : null;
  const tasks = chosen === null ? await countUnended(jobs, job, signal) : chosen.length;
  if (tasks === 0) return { job_id: jobId, tasks, runs: [] };
  const runs = await listRuns(jobs, jobId, signal);
  const cancellation: Cancellation = {
    tasks: chosen,
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

/** Those that are meant, in the runs that `status` speaks of: in an earlier whole one they may have ended. */
async function unendedTasks(
  jobs: JobStorage['jobs'],
  job: FoundJob,
  { values, starts }: Pick<CancelChoice, 'values' | 'starts'>,
  signal: AbortSignal,
): Promise<string[]> {
  const standing = await listStanding(jobs, job, signal);
  const leftOut = job.leftOut > 0 ? await leftOutTasks(jobs, job) : new Set<string>();
  const chosen: string[] = [];
  for await (const { task_id: id, message } of readTasks(jobs, job.scope.jobId, signal)) {
    const isMeant = starts.length === 0 || starts.some((start) => id.startsWith(start));
    if (!isMeant || !hasValues(message.params.values, message.seed, values)) continue;
    if (!standing.has(id) && !leftOut.has(id)) chosen.push(id);
  }
  return chosen;
}

/** Not one by one: however many there are, they are to end soon. */
async function countUnended(
  jobs: JobStorage['jobs'],
  job: FoundJob,
  signal: AbortSignal,
): Promise<number | null> {
  const total = taskCount(job);
  if (total === undefined) return null;
  const { counts } = await countRun({ jobs }, job, signal);
  return Math.max(0, total - endedTasks(counts));
}
