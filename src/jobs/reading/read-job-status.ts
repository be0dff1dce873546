import { RestError } from '@azure/storage-blob';
import type { QueueClient } from '@azure/storage-queue';
import type { OutcomeKind } from '../../contracts/result/outcome.js';
import { eventsPrefix, runsPrefix } from '../job-paths.js';
import type { JobStorage } from '../job-storage.js';
import { unlessMissing } from '../unless-missing.js';
import { countOutcomes } from './count-outcomes.js';
import { countRefused } from './count-refused.js';
import type { FoundJob } from './find-job.js';
import { type JobState, jobState } from './job-state.js';
import type { SummedSeconds } from './sum-seconds.js';
import { taskCount } from './task-count.js';

export interface JobStatus {
  job_id: string;
  /** Null when all runs together are meant, as in the job `direct`. */
  run: string | null;
  state: JobState;
  /** Null when nobody wrote down how many there are. */
  tasks: number | null;
  /** Tasks that have an outcome, each counted once: see `standingOutcomes`. */
  ended: number;
  /** Outcomes beside those that stand: of tasks that ended several times. */
  repeated: number;
  pending: number | null;
  succeeded: number;
  failed: number;
  /** Of the succeeded ones, those whose result an earlier run had made. */
  cached: number;
  outcomes: Partial<Record<OutcomeKind, number>>;
  /** Where the time of the tasks that ran went. */
  seconds: SummedSeconds;
  /** Tasks that wait for the environment of their bundle, which is being built. */
  building: number;
  /** Attempts that ended with their worker; their messages went back to the queue. */
  interruptions: number;
  /** Messages refused since the run began, of whatever job: they could not be read, or were given up. */
  refused: { invalid: number; poison: number };
  /** Messages in the poison queue now: given up, and not yet recorded. Null for those who may not look: to submit, nobody need. */
  poison_queue: number | null;
  submitted_at: string | null;
  last_outcome_at: string | null;
}

/** Where a run stands, from listings alone: no request for each task. */
export async function readJobStatus(
  storage: Pick<JobStorage, 'jobs' | 'poisonQueue'>,
  job: FoundJob,
  signal: AbortSignal,
): Promise<JobStatus> {
  const { scope, manifest, runManifest } = job;
  const since = runManifest?.submitted_at ?? manifest?.created_at;
  const [{ endedTasks, ...counts }, events, refused, poisonQueue] = await Promise.all([
    countOutcomes(storage, job, signal),
    listEvents(storage, scope, signal),
    countRefused(storage.jobs, since === undefined ? undefined : new Date(since), signal),
    countMessages(storage.poisonQueue, signal),
  ]);
  const { ended, succeeded } = counts;
  const { interruptions, waiting } = events;
  const building = [...waiting].filter((task) => !endedTasks.has(task)).length;
  const total = taskCount(job);
  return {
    job_id: scope.jobId,
    run: scope.run ?? null,
    state: jobState({ total, ended, succeeded, begun: interruptions + building }),
    tasks: total ?? null,
    pending: total === undefined ? null : Math.max(0, total - ended),
    ...counts,
    failed: ended - succeeded,
    building,
    interruptions,
    refused,
    poison_queue: poisonQueue,
    submitted_at: since ?? null,
  };
}

/** What is known of attempts that have no outcome: one listing for all of them. */
async function listEvents(
  { jobs }: Pick<JobStorage, 'jobs'>,
  { jobId, run }: FoundJob['scope'],
  abortSignal: AbortSignal,
): Promise<{ interruptions: number; waiting: Set<string> }> {
  const prefix = run === undefined ? runsPrefix(jobId) : eventsPrefix({ jobId, run });
  let interruptions = 0;
  const waiting = new Map<string, string>();
  for await (const { name } of unlessMissing(jobs.listBlobsFlat({ prefix, abortSignal }))) {
    const [, task = '', attempt = '', event] = /\/events\/([^/]+)\/([^/]+)\.(\w+)\.json$/.exec(name) ?? [];
    if (event === 'interrupted') interruptions += 1;
    // Listed by name: of one attempt, what it waits for comes before what ended the waiting.
    if (event === 'building') waiting.set(attempt, task);
    else waiting.delete(attempt);
  }
  return { interruptions, waiting: new Set(waiting.values()) };
}

async function countMessages(queue: QueueClient, abortSignal: AbortSignal): Promise<number | null> {
  try {
    return (await queue.getProperties({ abortSignal })).approximateMessagesCount ?? 0;
  } catch (error) {
    if (error instanceof RestError && error.statusCode === 404) return 0;
    if (error instanceof RestError && error.statusCode === 403) return null;
    throw error;
  }
}
