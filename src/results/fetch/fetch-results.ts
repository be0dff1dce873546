import { join } from 'node:path';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import { writeWhole } from '../../files/write-whole.js';
import { jobPath } from '../../jobs/job-paths.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import type { FoundJob } from '../../jobs/reading/find-job.js';
import { listOutcomes } from '../../jobs/reading/list-outcomes.js';
import { listRuns } from '../../jobs/reading/list-runs.js';
import type { ListedOutcome } from '../../jobs/reading/listed-outcome.js';
import { readListed } from '../../jobs/reading/read-outcomes.js';
import { readTasks } from '../../jobs/reading/read-tasks.js';
import { standingOutcomes, worthOf } from '../../jobs/reading/standing-outcomes.js';
import { counted } from '../../reporting/counted.js';
import { lossesCsv } from '../losses/losses-csv.js';
import { readLosses } from '../losses/read-losses.js';
import { claimResultsFolder } from './claim-results-folder.js';
import { type FailureKind, failureKinds } from './failure-kinds.js';
import { fetchTask } from './fetch-task.js';
import { indexCsv } from './index-csv.js';
import { type IndexRow, indexRow, pendingRow } from './index-row.js';
import { type FetchPlan, planFetch } from './plan-fetch.js';
import { readIndex } from './read-index.js';
import { resultsOwner } from './results-owner.js';
import { isComplete } from './row-files.js';

export interface FetchedJob {
  job_id: string;
  /** The one that was asked for; null when each task's best outcome of all runs was. */
  run: string | null;
  /** Absolute, or relative to the current folder, as `to` was. */
  folder: string;
  index: { csv: string; json: string };
  /** A copy of what storage says of the job, with all that its file said besides its tasks; null where nobody wrote it down. */
  job: string | null;
  /** What targets made of its parameter sets, as CSV; null where nothing is compared. */
  losses: string | null;
  /** Rows of the index, and how these tasks ended. */
  tasks: number;
  succeeded: number;
  failed: number;
  pending: number;
  /** How those failed, the most frequent first. */
  failures: FailureKind[];
  artifacts: { fetched: number; present: number };
  /** Sentences about what is not as one might expect, and no failure. */
  notes: string[];
  /** Sentences, one for each thing that could not be fetched. */
  problems: string[];
}

/** Of the tasks that have ended and are not here: how many were brought, and how many of those failed. */
export type OnFetched = (done: number, total: number, failed: number) => void;

/**
 * Brings a job's results into `<to>/<job>/`: a folder for each task, and an index of all tasks as CSV and JSON. Of each task
 * the outcome is brought that stands over all runs, or that of one run when the scope names it; rows that are there and better
 * stay. May be repeated, also after an interruption: what is there and right stays.
 */
export async function fetchResults(
  storage: Pick<JobStorage, 'jobs' | 'blobs'>,
  job: FoundJob,
  to: string,
  signal: AbortSignal,
  onFetched: OnFetched = () => undefined,
): Promise<FetchedJob> {
  const { jobId, run } = job.scope;
  const { folder, note } = await claimResultsFolder(to, resultsOwner(storage, job), () =>
    listRuns(storage.jobs, jobId, signal),
  );
  const index = { csv: join(folder, 'index.csv'), json: join(folder, 'index.json') };
  const known = await readIndex(index.json);
  const listed: ListedOutcome[] = [];
  for await (const one of listOutcomes(storage.jobs, job.scope, signal)) listed.push(one);
  const plan = await planFetch(standingOutcomes(listed), known, { folder, run }, signal);

  const artifacts = { fetched: 0, present: plan.present };
  const problems: string[] = [];
  const done = { all: 0, failed: 0 };
  const bring = async (record: OutcomeRecord) => {
    const fetched = await fetchTask(storage.blobs, record, folder, signal);
    const row = indexRow(fetched);
    const before = known.rows.get(record.task_id);
    const stays = fetched.problems.length > 0 && before !== undefined && worthOf(before) >= worthOf(row);
    plan.rows.set(row.task_id, stays && (await isComplete(folder, before)) ? before : row);
    artifacts.fetched += fetched.fetched;
    artifacts.present += fetched.present;
    problems.push(...fetched.problems);
    done.all += 1;
    if (record.outcome !== 'succeeded') done.failed += 1;
    onFetched(done.all, plan.toFetch.length, done.failed);
  };
  await readListed(storage.jobs, plan.toFetch, signal, bring);

  const rows = new Map<string, IndexRow>();
  for await (const line of readTasks(storage.jobs, jobId, signal)) rows.set(line.task_id, pendingRow(line));
  for (const [taskId, row] of plan.rows) rows.set(taskId, row);
  const tasks = [...rows.values()];
  await writeWhole(index.csv, [indexCsv(tasks)]);
  const told = await writeJob(storage, job, folder, signal);
  // Last: what is older than this was right.
  await writeWhole(index.json, [`${stringifyJson({ job_id: jobId, run: run ?? null, tasks }, 2)}\n`]);
  return {
    ...{ job_id: jobId, run: run ?? null, folder, index, ...told, tasks: tasks.length },
    ...countsOf(tasks),
    failures: failureKinds(tasks),
    artifacts,
    notes: [...(note ? [note] : []), ...notesOf(plan, run)],
    problems,
  };
}

/** What is known of the job as a whole. */
async function writeJob(
  storage: Pick<JobStorage, 'jobs'>,
  job: FoundJob,
  folder: string,
  signal: AbortSignal,
): Promise<Pick<FetchedJob, 'job' | 'losses'>> {
  const said = await readTextBlob(storage.jobs, jobPath(job.scope.jobId));
  const rows = await readLosses(storage, job, signal);
  const paths = {
    job: said === undefined ? null : join(folder, 'job.json'),
    losses: rows.length === 0 ? null : join(folder, 'losses.csv'),
  };
  if (paths.job !== null && said !== undefined) await writeWhole(paths.job, [said]);
  if (paths.losses !== null) await writeWhole(paths.losses, [lossesCsv(rows)]);
  return paths;
}

function countsOf(tasks: IndexRow[]): Pick<FetchedJob, 'succeeded' | 'failed' | 'pending'> {
  const count = (outcome: string) => tasks.filter((row) => row.outcome === outcome).length;
  const [succeeded, pending] = [count('succeeded'), count('pending')];
  return { succeeded, failed: tasks.length - succeeded - pending, pending };
}

function notesOf({ better, forgotten: { kept, lost } }: FetchPlan, run: string | undefined): string[] {
  const forgotten = 'Storage no longer knows how';
  return [
    ...(better > 0
      ? [
          `${counted(better, 'task')} ended better in another run than in ${run}: their results and rows are those, as before.`,
        ]
      : []),
    ...(kept > 0
      ? [`${forgotten} ${counted(kept, 'task')} ended: their rows stay, for their results lie in the folder.`]
      : []),
    ...(lost > 0
      ? [
          `${forgotten} ${counted(lost, 'task')} ended, and their results do not lie in the folder any more: their rows are gone.`,
        ]
      : []),
  ];
}
