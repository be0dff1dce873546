import { endedTasks } from '../ended-tasks.js';
import { forEachConcurrently } from '../for-each-concurrently.js';
import type { JobStorage } from '../job-storage.js';
import { countRun } from './count-run.js';
import { findJob } from './find-job.js';
import { type JobState, jobState } from './job-state.js';
import { listJobs } from './list-jobs.js';
import { taskCount } from './task-count.js';

/** A job in the list of jobs. */
export interface JobSummary {
  job_id: string;
  /** Its latest run; null where all runs together are meant, as of tasks that were pushed one by one. */
  run: string | null;
  state: JobState;
  /** Null when nobody wrote down how many there are. */
  tasks: number | null;
  ended: number;
  failed: number;
  submitted_at: string | null;
  submitted_by: string | null;
  last_outcome_at: string | null;
}

const atOnce = 4;

/**
 * The jobs that were submitted last, and how far the latest run of each is.
 *
 * @param most how many of them; behind those that were submitted come the others
 * @returns those, and how many jobs there are in all
 */
export async function summariseJobs(
  { jobs }: Pick<JobStorage, 'jobs'>,
  most: number,
  signal: AbortSignal,
): Promise<{ summaries: JobSummary[]; total: number }> {
  const listed = await listJobs({ jobs }, signal);
  const chosen = listed.slice(0, most);
  const summaries = new Map<string, JobSummary>();
  await forEachConcurrently(chosen, atOnce, signal, async ({ jobId, manifest }) => {
    const job = await findJob({ jobs }, jobId, undefined, signal, manifest);
    const { counts } = await countRun({ jobs }, job, signal);
    const ended = endedTasks(counts);
    const succeeded = counts.outcomes.succeeded ?? 0;
    const total = taskCount(job);
    summaries.set(jobId, {
      job_id: jobId,
      run: job.scope.run ?? null,
      state: jobState({ total, ended, succeeded, begun: 0 }),
      tasks: total ?? null,
      ended,
      failed: ended - succeeded,
      submitted_at: manifest?.created_at ?? null,
      submitted_by: manifest?.submitted_by ?? null,
      last_outcome_at: counts.last_outcome_at,
    });
  });
  return { summaries: chosen.flatMap(({ jobId }) => summaries.get(jobId) ?? []), total: listed.length };
}
