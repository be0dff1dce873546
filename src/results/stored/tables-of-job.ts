import type { JobStorage } from '../../jobs/job-storage.js';
import type { FoundJob } from '../../jobs/reading/find-job.js';
import type { OutputsWanted } from '../tables/make-output-tables.js';
import { type MadeTables, makeTables } from '../tables/make-tables.js';
import { fetchTables } from './fetch-tables.js';
import { madeByApp } from './made-by-app.js';

/**
 * Tables over all tasks of a job, in a folder: those that the app has made when its latest run had ended, and made here where it has not.
 *
 * @param onRead told after each task, where they are made here
 * @returns besides, when the app made them; null when they were made here
 */
export async function tablesOfJob(
  storage: Pick<JobStorage, 'jobs' | 'blobs' | 'results'>,
  job: FoundJob,
  folder: string,
  wanted: Pick<OutputsWanted, 'csv' | 'outputs'>,
  signal: AbortSignal,
  onRead?: (done: number, of: number) => void,
): Promise<MadeTables & { made_at: string | null }> {
  const run = job.runs.at(-1);
  // The app's are of all runs together.
  const isOfAll = job.scope.run === undefined && job.manifest !== undefined && run !== undefined;
  const stored = isOfAll ? await madeByApp(storage.jobs, { jobId: job.scope.jobId, run }) : undefined;
  if (stored !== undefined && 'tables' in stored) {
    const has = (name: string) => stored.tables.some(({ output }) => output === name);
    const made = (wanted.outputs ?? []).every(has)
      ? await fetchTables(storage, stored, folder, wanted, signal)
      : undefined;
    if (made !== undefined) return { ...made, made_at: stored.made_at };
  }
  const made = await makeTables(storage, job, folder, wanted, signal, onRead);
  const left =
    stored !== undefined && 'reason' in stored
      ? [`The app made no tables of this job: ${stored.reason}`]
      : [];
  return { ...made, notes: [...made.notes, ...left], made_at: null };
}
