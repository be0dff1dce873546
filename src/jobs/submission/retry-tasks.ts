import { limitsOf } from '../../contracts/bundle/limits-of.js';
import type { TaskLimits } from '../../contracts/bundle/task-limits.js';
import type { TaskLine } from '../../contracts/job/task-line.js';
import type { OutcomeKind } from '../../contracts/result/outcome.js';
import type { JobStorage } from '../job-storage.js';
import type { FoundJob } from '../reading/find-job.js';
import { leftOutTasks } from '../reading/left-out-tasks.js';
import { listStanding } from '../reading/list-standing.js';
import { readTasks } from '../reading/read-tasks.js';
import { hasValues, type TaskValues } from '../reading/task-values.js';
import { newRunId } from './new-run-id.js';
import { newTraceparent } from './new-traceparent.js';
import { sendRun } from './send-run.js';

/** Which tasks of a job are to run again; each condition leaves fewer of those that failed. */
export interface RetryChoice {
  /** Those that ended so. */
  outcomes: ReadonlySet<OutcomeKind> | undefined;
  /** Those with these parameters and this seed. */
  values: TaskValues;
  /** Those whose ids begin with one of these. */
  starts: string[];
  /** Those too that have no outcome, whose messages were lost. */
  pending: boolean;
  /** Those too that have succeeded; none of them is answered by a stored result. */
  noCache: boolean;
  /** In place of those of the latest run. */
  limits: TaskLimits;
  /** A retry that was interrupted, to go on with. */
  run: string | undefined;
}

export interface Retried {
  job_id: string;
  /** Null when there is nothing to retry. */
  run: string | null;
  /** Tasks that run again. */
  tasks: number;
  /** Messages that were sent here. */
  sent: number;
  /** Who sends the messages: the app, where there are more than 500. */
  sent_by: 'app' | 'client';
}

/**
 * Runs some tasks of a job again, as a new run of it. What they are called and what they are stays the same.
 *
 * @throws SubmissionStopped on interruption or trouble in the middle; an error when nobody wrote down what the tasks are.
 */
export async function retryTasks(
  storage: Pick<JobStorage, 'jobs' | 'queue' | 'jobsQueue'>,
  job: FoundJob,
  choice: RetryChoice,
  signal: AbortSignal,
  onProgress?: (sent: number, total: number) => void,
): Promise<Retried> {
  const { jobId } = job.scope;
  if (job.manifest === undefined)
    throw new Error(
      `Cannot retry tasks of the job ${jobId}: they were pushed one by one, and nobody wrote down what they are. Push them again.`,
    );
  const lines = await chosenTasks(storage, job, choice, signal);
  const nothing = { job_id: jobId, run: null, tasks: 0, sent: 0, sent_by: 'client' as const };
  if (lines.length === 0) return nothing;
  const { run, sent, sent_by } = await sendRun(
    storage,
    {
      ...{ jobId, lines, retry: true, noCache: choice.noCache, traceparent: newTraceparent() },
      terms:
        choice.run === undefined ? { ...limitsOf(job.runManifest ?? {}), ...choice.limits } : choice.limits,
      run: choice.run ?? newRunId(),
    },
    signal,
    onProgress,
  );
  return { job_id: jobId, run, tasks: lines.length, sent, sent_by };
}

async function chosenTasks(
  { jobs }: Pick<JobStorage, 'jobs'>,
  job: FoundJob,
  { outcomes, values, starts, pending, noCache, run }: RetryChoice,
  signal: AbortSignal,
): Promise<TaskLine[]> {
  const { jobId } = job.scope;
  const standing = await listStanding(jobs, job, signal);
  const leftOut = job.leftOut > 0 ? await leftOutTasks(jobs, job) : new Set<string>();
  const isChosen = ({ task_id: id, message }: TaskLine): boolean => {
    if (run !== undefined) return true; // which they are is written down
    if (starts.length > 0 && !starts.some((start) => id.startsWith(start))) return false;
    if (!hasValues(message.params.values, message.seed, values)) return false;
    const outcome = standing.get(id)?.outcome ?? (leftOut.has(id) ? 'cancelled' : undefined);
    if (outcome === undefined) return pending;
    return outcomes ? outcomes.has(outcome) : outcome !== 'succeeded' || noCache;
  };
  const chosen: TaskLine[] = [];
  for await (const line of readTasks(jobs, jobId, signal)) if (isChosen(line)) chosen.push(line);
  return chosen;
}
