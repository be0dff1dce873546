import type { EndedAlike } from '../../contracts/job/run-progress.js';
import type { OutcomeKind } from '../../contracts/result/outcome.js';
import type { SummedSeconds } from '../add-seconds.js';
import { endedTasks } from '../ended-tasks.js';
import type { JobStorage } from '../job-storage.js';
import { type AggregationCounts, countAggregations } from './count-aggregations.js';
import { countMessages } from './count-messages.js';
import { countRefused } from './count-refused.js';
import { countRun } from './count-run.js';
import type { FoundJob } from './find-job.js';
import { type JobState, jobState } from './job-state.js';
import { listEvents } from './list-events.js';
import { readExpansion } from './read-expansion.js';
import { taskCount } from './task-count.js';
import { type WhatRuns, whatRuns } from './what-runs.js';
import { whyNoProgress } from './why-no-progress.js';

export interface JobStatus {
  job_id: string;
  /** Null when all runs together are meant, as in the job `direct`. */
  run: string | null;
  state: JobState;
  /** Null when nobody wrote down how many there are. */
  tasks: number | null;
  /** Tasks that have an outcome, each counted once: see `standingOutcomes`. */
  ended: number;
  /** When it was so, of a large run whose instances sum up what they do; null when it is so now. */
  as_of: string | null;
  /** Outcomes beside those that stand: of tasks that ended several times. */
  repeated: number;
  pending: number | null;
  succeeded: number;
  failed: number;
  /** Of the succeeded ones, those whose result an earlier run had made. */
  cached: number;
  outcomes: Partial<Record<OutcomeKind, number>>;
  /** The commonest sentences about failures, as listings and instances tell; `errors` has them all. */
  reasons: EndedAlike[];
  /** Where the time of the tasks that ran went. */
  seconds: SummedSeconds;
  /** Comparisons of parameter sets with targets, which are no tasks; null of a job without targets. */
  aggregations: AggregationCounts | null;
  running: WhatRuns;
  /** Tasks that wait for the environment of their bundle, which is being built. */
  building: number;
  /** Attempts that ended with their worker; their messages went back to the queue. */
  interruptions: number;
  /** Messages of other jobs in the queue, before those of this one or behind; roughly. Null for those who may not look, and where nobody knows how many are this one's. */
  other_messages: number | null;
  /** Why nothing goes on, a sentence each; empty while it does, or has ended. */
  no_progress: string[];
  /** Messages refused since the run began, of whatever job: they could not be read, or were given up. */
  refused: { invalid: number; poison: number };
  /** Messages in the poison queue now: given up, and not yet recorded. Null for those who may not look: to submit, nobody need. */
  poison_queue: number | null;
  /** How many of its messages the app has sent; null when all are sent, or it is not the app that sends them. */
  expansion: { sent: number; of: number } | null;
  submitted_at: string | null;
  last_outcome_at: string | null;
}

/** Where a run stands, from what instances have summed up, or from listings: no request for each task. */
export async function readJobStatus(
  storage: Pick<JobStorage, 'jobs' | 'queue' | 'poisonQueue'>,
  job: FoundJob,
  signal: AbortSignal,
): Promise<JobStatus> {
  const { scope, manifest, runManifest } = job;
  const { jobs, queue, poisonQueue } = storage;
  const now = new Date();
  const since = runManifest?.submitted_at ?? manifest?.created_at;
  const [{ counts, told, ...counted }, events, refused, messages, poisoned, expansion] = await Promise.all([
    countRun(storage, job, signal, now),
    listEvents(jobs, scope, signal),
    countRefused(jobs, since === undefined ? undefined : new Date(since), signal),
    countMessages(queue, signal),
    countMessages(poisonQueue, signal),
    readExpansion(jobs, job),
  ]);
  const ended = endedTasks(counts);
  const succeeded = counts.outcomes.succeeded ?? 0;
  const total = taskCount(job);
  const pending = total === undefined ? null : Math.max(0, total - ended);
  const hasEnded = (task: string) => pending === 0 || (counted.endedTasks?.has(task) ?? false);
  const { interruptions } = events;
  const building = [...events.waiting].filter((task) => !hasEnded(task)).length;
  const aggregations = await countAggregations(storage, job, pending, signal);
  const running = whatRuns(told, hasEnded, now);
  const unsent = expansion === null ? 0 : expansion.of - expansion.sent;
  const facts = {
    pending: pending ?? 0,
    unsent,
    building,
    running,
    messages,
    poisoned,
    submittedAt: since ?? null,
    lastOutcomeAt: counts.last_outcome_at,
  };
  return {
    job_id: scope.jobId,
    run: scope.run ?? null,
    state: jobState({ total, ended, succeeded, begun: interruptions + building + running.tasks }),
    tasks: total ?? null,
    ended,
    as_of: counted.asOf,
    repeated: counted.repeated,
    pending,
    succeeded,
    failed: ended - succeeded,
    cached: counts.cached,
    outcomes: counts.outcomes,
    reasons: counts.reasons,
    seconds: counts.seconds,
    aggregations,
    running,
    building,
    interruptions,
    other_messages:
      messages === null || pending === null ? null : Math.max(0, messages - Math.max(0, pending - unsent)),
    no_progress: whyNoProgress(facts, scope.jobId, now),
    refused,
    poison_queue: poisoned,
    expansion,
    submitted_at: since ?? null,
    last_outcome_at: counts.last_outcome_at,
  };
}
