import { join } from 'node:path';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import { writeWhole } from '../../files/write-whole.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import type { FoundJob } from '../../jobs/reading/find-job.js';
import { readOutcomes } from '../../jobs/reading/read-outcomes.js';
import { readTasks } from '../../jobs/reading/read-tasks.js';
import { fetchTask } from './fetch-task.js';
import { indexCsv } from './index-csv.js';
import { type IndexRow, indexRow, pendingRow } from './index-row.js';
import { jobFolder } from './job-folder.js';
import { makeResultsFolder } from './make-results-folder.js';

export interface FetchedJob {
  job_id: string;
  run: string | null;
  /** Absolute, or relative to the current folder, as `to` was. */
  folder: string;
  index: { csv: string; json: string };
  tasks: number;
  succeeded: number;
  failed: number;
  pending: number;
  artifacts: { fetched: number; present: number };
  /** Sentences, one for each thing that could not be fetched. */
  problems: string[];
}

/**
 * Brings a run's results into `<to>/<job>/`: a folder for each task, and an index of all tasks as CSV and JSON. May be
 * repeated: what is there and right stays. In the job `direct` a task's latest outcome counts.
 */
export async function fetchResults(
  storage: Pick<JobStorage, 'jobs' | 'blobs'>,
  { scope }: FoundJob,
  to: string,
  signal: AbortSignal,
  onProgress: (ended: number, failed: number) => void = () => undefined,
): Promise<FetchedJob> {
  const folder = jobFolder(to, scope.jobId);
  await makeResultsFolder(folder);
  const rows = new Map<string, IndexRow>();
  for await (const line of readTasks(storage.jobs, scope.jobId, signal))
    rows.set(line.task_id, pendingRow(line));

  const artifacts = { fetched: 0, present: 0 };
  const problems: string[] = [];
  const counts = { succeeded: 0, failed: 0 };
  const fetchOne = async (record: OutcomeRecord) => {
    const fetched = await fetchTask(storage.blobs, record, folder, signal);
    rows.set(record.task_id, indexRow(fetched));
    artifacts.fetched += fetched.fetched;
    artifacts.present += fetched.present;
    problems.push(...fetched.problems);
    counts[record.outcome === 'succeeded' ? 'succeeded' : 'failed'] += 1;
    onProgress(counts.succeeded + counts.failed, counts.failed);
  };
  if (scope.run === undefined)
    for (const record of await latestOfEach(storage, scope, signal)) await fetchOne(record);
  else await readOutcomes(storage.jobs, scope, signal, fetchOne);

  const index = { csv: join(folder, 'index.csv'), json: join(folder, 'index.json') };
  const tasks = [...rows.values()];
  await writeWhole(index.csv, [indexCsv(tasks)]);
  await writeWhole(index.json, [
    `${stringifyJson({ job_id: scope.jobId, run: scope.run ?? null, tasks }, 2)}\n`,
  ]);
  const pending = tasks.length - counts.succeeded - counts.failed;
  return {
    job_id: scope.jobId,
    run: scope.run ?? null,
    folder,
    index,
    tasks: tasks.length,
    ...counts,
    pending,
    artifacts,
    problems,
  };
}

async function latestOfEach(
  { jobs }: Pick<JobStorage, 'jobs'>,
  scope: FoundJob['scope'],
  signal: AbortSignal,
): Promise<OutcomeRecord[]> {
  const latest = new Map<string, OutcomeRecord>();
  await readOutcomes(jobs, scope, signal, (record) => {
    const known = latest.get(record.task_id);
    if (!known || known.finished_at < record.finished_at) latest.set(record.task_id, record);
  });
  return [...latest.values()].sort((a, b) => (a.finished_at < b.finished_at ? -1 : 1));
}
