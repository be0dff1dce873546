import { createOnce } from '../../azure-backend/create-once.js';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import type { JobManifest } from '../../contracts/job/job-manifest.js';
import { RunManifest } from '../../contracts/job/run-manifest.js';
import type { TaskLine } from '../../contracts/job/task-line.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { runPath } from '../job-paths.js';
import type { JobStorage } from '../job-storage.js';
import { listOutcomes } from '../reading/list-outcomes.js';
import { makeUnlessForbidden } from './make-unless-forbidden.js';
import { newRunId } from './new-run-id.js';
import { newTraceparent } from './new-traceparent.js';
import { recordJob } from './record-job.js';
import { sendTasks } from './send-tasks.js';
import { SubmissionStopped } from './submission-stopped.js';

export interface JobToSubmit {
  manifest: Omit<JobManifest, 'created_at' | 'task_count'>;
  lines: TaskLine[];
  /** An existing run is continued: tasks that have no outcome in it are sent. A new one is opened when absent. */
  run?: string | undefined;
  /** Whether its tasks run although their results are stored. A run that is continued goes on as it was opened. */
  noCache?: boolean | undefined;
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
  sent: number;
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
  storage: Pick<JobStorage, 'jobs' | 'results' | 'queue'>,
  job: JobToSubmit,
  signal: AbortSignal,
  onProgress: (sent: number, total: number) => void = () => undefined,
): Promise<SubmittedJob> {
  const { lines, traceparent = newTraceparent() } = job;
  const jobId = job.manifest.job_id;
  const now = new Date();
  await Promise.all([storage.jobs, storage.results, storage.queue].map(makeUnlessForbidden));
  const manifest = { ...job.manifest, created_at: now.toISOString(), task_count: lines.length };
  const newJob = await recordJob(storage, manifest, lines, signal);

  const jobRun = { jobId, run: job.run ?? newRunId(now) };
  const opened = job.run === undefined ? undefined : await readTextBlob(storage.jobs, runPath(jobRun));
  const continued = opened !== undefined;
  const ended = new Set<string>();
  if (continued) for await (const { taskId } of listOutcomes(storage.jobs, jobRun, signal)) ended.add(taskId);
  const toSend = lines.filter(({ task_id: taskId }) => !ended.has(taskId));
  signal.throwIfAborted();
  const noCache = opened === undefined ? job.noCache : parseDocument(RunManifest, opened).no_cache;
  const ofRun = { run: jobRun.run, ...(noCache && { no_cache: true as const }) };
  const runManifest: RunManifest = { ...ofRun, submitted_at: now.toISOString(), messages: toSend.length };
  await createOnce(storage.jobs, runPath(jobRun), stringifyJson(runManifest), 'application/json');

  let sent = 0;
  try {
    await sendTasks(storage, toSend, { ...ofRun, traceparent }, signal, () =>
      onProgress(++sent, toSend.length),
    );
  } catch (cause) {
    const why = signal.aborted || !(cause instanceof Error) ? '' : ` ${cause.message}.`;
    throw new SubmissionStopped(
      `Sent ${sent} of ${toSend.length} messages of job ${jobId}, run ${jobRun.run}.${why} To send the rest, give the same command again with --job-id ${jobId} --run ${jobRun.run}.`,
      { cause },
    );
  }
  return {
    job_id: jobId,
    run: jobRun.run,
    new_job: newJob,
    continued,
    tasks: lines.length,
    sent,
    traceparent,
  };
}
