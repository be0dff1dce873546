import type { TaskLimits } from '../../contracts/bundle/task-limits.js';
import type { JobManifest } from '../../contracts/job/job-manifest.js';
import type { TaskLine } from '../../contracts/job/task-line.js';
import type { StopRule } from '../../contracts/message/stop-rule.js';
import type { JobStorage } from '../job-storage.js';
import { makeUnlessForbidden } from './make-unless-forbidden.js';
import { newRunId } from './new-run-id.js';
import { newTraceparent } from './new-traceparent.js';
import { recordJob } from './record-job.js';
import { sendRun } from './send-run.js';

export interface JobToSubmit {
  manifest: Omit<JobManifest, 'created_at' | 'task_count'>;
  lines: TaskLine[];
  /** An existing run is continued: tasks that have no outcome in it are sent. A new one is opened when absent. */
  run?: string | undefined;
  /** Among jobs of more than 500 tasks, higher ones come first. Default: 0. */
  priority?: number | undefined;
  /** Whether its tasks run although their results are stored. A run that is continued goes on as it was opened. */
  noCache?: boolean | undefined;
  /** Limits of all its tasks, in place of their own, and after how many failures it stops. */
  terms?: (TaskLimits & StopRule) | undefined;
  /** The trace that the tasks belong to, all of them. A new one when absent. */
  traceparent?: string | undefined;
}

export interface SubmittedJob {
  job_id: string;
  run: string;
  /** False when the job was there, with the same tasks. */
  new_job: boolean;
  /** True when an existing run was continued. */
  continued: boolean;
  tasks: number;
  /** Messages that were sent here. */
  sent: number;
  /** Who sends the messages: the app, where there are more than 500. */
  sent_by: 'app' | 'client';
  /** W3C traceparent of every message sent. */
  traceparent: string;
}

/**
 * Writes down a job and a run of it, and sends its messages. Containers and queue are made when missing, if whoever submits may.
 *
 * @param signal when aborted, the messages under way are still sent, and no others.
 * @param onProgress how many of how many messages have been sent
 * @throws JobExists; SubmissionStopped on interruption or trouble in the middle.
 */
export async function submitJob(
  storage: Pick<JobStorage, 'jobs' | 'results' | 'queue' | 'jobsQueue'>,
  job: JobToSubmit,
  signal: AbortSignal,
  onProgress: (sent: number, total: number) => void = () => undefined,
): Promise<SubmittedJob> {
  const { lines, traceparent = newTraceparent() } = job;
  const jobId = job.manifest.job_id;
  const now = new Date();
  await Promise.all([storage.jobs, storage.results, storage.queue].map(makeUnlessForbidden));
  const manifest = { ...job.manifest, created_at: now.toISOString(), task_count: lines.length };
  const packed = await recordJob(storage, manifest, lines, signal);

  const { run = newRunId(now), noCache, priority } = job;
  const sent = await sendRun(
    storage,
    { jobId, run, lines, packed, priority, noCache, terms: job.terms, traceparent },
    signal,
    onProgress,
  );
  return { job_id: jobId, new_job: packed !== undefined, tasks: lines.length, traceparent, ...sent };
}
