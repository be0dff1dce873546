import { relative } from 'node:path';
import { putBlob } from '../../azure-backend/put-blob.js';
import { putFile } from '../../azure-backend/put-file.js';
import type { NoTables, StoredTables } from '../../contracts/job/stored-tables.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { tablesPrefix, tablesRecordPath } from '../../jobs/job-paths.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import { findJob } from '../../jobs/reading/find-job.js';
import { counted } from '../../reporting/counted.js';
import { formatBytes } from '../../reporting/format-bytes.js';
import { makeTables } from '../tables/make-tables.js';
import { TooManyBytes } from '../tables/too-many-bytes.js';
import { madeByApp } from './made-by-app.js';

export interface TablesToStore {
  jobId: string;
  /** The job's latest, which has ended. */
  run: string;
  /** Outputs of a job that has more of them are left to whoever wants their tables. */
  mostBytes: number;
  withinMs: number;
}

/**
 * Makes the tables of a job, all its runs together, and puts them beside its latest run: Parquet files, and last what says that they are all there. What was there before them, made by
 * somebody who died or who is at it now, is the same.
 *
 * @param folder where they are made; whatever is left in it is the caller's to remove
 * @throws for trouble with storage, which may be over the next time; whatever else goes wrong is written down in place of tables
 */
export async function storeTables(
  storage: Pick<JobStorage, 'jobs' | 'blobs' | 'results'>,
  { jobId, run, mostBytes, withinMs }: TablesToStore,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const { jobs } = storage;
  if ((await madeByApp(jobs, { jobId, run })) !== undefined) return;
  const tooLate = AbortSignal.timeout(withinMs);
  const write = (record: StoredTables | NoTables) =>
    putBlob(jobs, tablesRecordPath({ jobId, run }), Buffer.from(stringifyJson(record)), {
      contentType: 'application/json',
    });
  const leave = (reason: string) => write({ job_id: jobId, run, left_at: new Date().toISOString(), reason });
  const found = await findJob(storage, jobId, undefined, signal);
  if (found.runs.at(-1) !== run)
    return leave('A later run of the job has begun, whose tables have this one, too.');
  const job = { ...found, scope: { ...found.scope, run: undefined } };
  try {
    const made = await makeTables(storage, job, folder, { mostBytes }, AbortSignal.any([signal, tooLate]));
    if (made.pending > 0)
      return await leave(`${counted(made.pending, 'task')} of an earlier run had no outcome yet.`);
    const prefix = tablesPrefix({ jobId, run });
    const tables: StoredTables['tables'] = [];
    for (const { output, parquet, rows, tasks, columns } of made.tables) {
      const name = relative(folder, parquet)
        .replaceAll('\\', '/')
        .replace(/\.parquet$/, '');
      const facts = { contentType: 'application/vnd.apache.parquet' };
      await putFile(jobs, `${prefix}${name}.parquet`, parquet, facts, signal);
      tables.push({ output, name, rows, tasks, columns });
    }
    const { tasks, succeeded, failed, notes, problems } = made;
    await write({
      ...{ job_id: jobId, run, made_at: new Date().toISOString(), tables },
      ...{ tasks, succeeded, failed, notes, problems },
    });
  } catch (error) {
    if (signal.aborted || isTrouble(error)) throw error;
    if (error instanceof TooManyBytes)
      return leave(
        `Its outputs have more than ${formatBytes(mostBytes)} (MODELOPS_JOB_TABLES_BYTES of the app).`,
      );
    if (tooLate.aborted)
      return leave(`It would have taken longer than ${Math.round(withinMs / 60_000)} minutes.`);
    return leave(`They could not be made: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Of storage or of the way there, as the clients of both tell it. */
function isTrouble(error: unknown): boolean {
  return (
    error instanceof Error && ('statusCode' in error || error.name === 'RestError' || 'syscall' in error)
  );
}
