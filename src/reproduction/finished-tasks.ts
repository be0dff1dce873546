import type { TaskLine } from '../contracts/job/task-line.js';
import type { OutcomeKind } from '../contracts/result/outcome.js';
import type { JobStorage } from '../jobs/job-storage.js';
import type { FoundJob } from '../jobs/reading/find-job.js';
import { listOutcomes } from '../jobs/reading/list-outcomes.js';
import type { ListedOutcome } from '../jobs/reading/listed-outcome.js';
import { readTasks } from '../jobs/reading/read-tasks.js';
import { standingOutcomes } from '../jobs/reading/standing-outcomes.js';
import { counted } from '../reporting/counted.js';

/** How a task ends by itself; the others end one that never ran, or is wanted no more. */
const ofTheTask: OutcomeKind[] = [
  'simulation-failed',
  'timed-out',
  'out-of-memory',
  'crashed',
  'no-result',
  'invalid-result',
];

export interface FinishedTasks {
  succeeded: TaskLine[];
  /** Those that ran and failed, by what they did or by a limit that they met. */
  failed: TaskLine[];
  /** Ids of those that did not succeed. */
  others: string[];
  /** By the task's id, those that stand. */
  outcomes: ReadonlyMap<string, ListedOutcome>;
}

/**
 * The tasks of a job that has ended, and how each did.
 *
 * @throws Error when it has not, or when nobody wrote its tasks down
 */
export async function finishedTasks(
  { jobs }: Pick<JobStorage, 'jobs'>,
  { scope, manifest }: FoundJob,
  signal: AbortSignal,
): Promise<FinishedTasks> {
  const { jobId } = scope;
  if (manifest === undefined) {
    throw new Error(
      `Cannot reproduce the job ${jobId}: nobody wrote down its tasks, so they cannot be sent again. Submit them with \`mops-cold submit\`.`,
    );
  }
  const listed: ListedOutcome[] = [];
  for await (const one of listOutcomes(jobs, scope, signal)) listed.push(one);
  const outcomes = standingOutcomes(listed);
  const succeeded: TaskLine[] = [];
  const failed: TaskLine[] = [];
  const others: string[] = [];
  let unfinished = 0;
  for await (const line of readTasks(jobs, jobId, signal)) {
    const outcome = outcomes.get(line.task_id)?.outcome;
    if (outcome === 'succeeded') succeeded.push(line);
    else if (outcome === undefined) unfinished += 1;
    else {
      others.push(line.task_id);
      if (ofTheTask.includes(outcome)) failed.push(line);
    }
  }
  if (unfinished > 0) {
    throw new Error(
      `Cannot reproduce the job ${jobId}: it is not finished, ${unfinished} of ${counted(manifest.task_count, 'task')} ${unfinished === 1 ? 'has' : 'have'} no outcome yet. Wait for its end: \`mops-cold watch ${jobId}\`.`,
    );
  }
  return { succeeded, failed, others, outcomes };
}
