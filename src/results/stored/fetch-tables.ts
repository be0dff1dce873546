import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openBlob } from '../../azure-backend/open-blob.js';
import type { StoredTables } from '../../contracts/job/stored-tables.js';
import { writeWhole } from '../../files/write-whole.js';
import { parquetToCsv } from '../../formats/parquet-to-csv.js';
import { tablesPrefix } from '../../jobs/job-paths.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import type { MadeTable } from '../tables/made-table.js';
import type { OutputsWanted } from '../tables/make-output-tables.js';
import type { MadeTables } from '../tables/make-tables.js';

/**
 * Brings the tables of a job that the app has made to where `makeTables` would make them.
 *
 * @returns undefined when one of them was removed meanwhile
 */
export async function fetchTables(
  { jobs }: Pick<JobStorage, 'jobs'>,
  stored: StoredTables,
  folder: string,
  { csv = false, outputs: wanted }: Pick<OutputsWanted, 'csv' | 'outputs'>,
  signal: AbortSignal,
): Promise<MadeTables | undefined> {
  const prefix = tablesPrefix({ jobId: stored.job_id, run: stored.run });
  const tables: MadeTable[] = [];
  for (const { output, name, rows, tasks, columns } of stored.tables) {
    if (output !== null && wanted !== undefined && !wanted.includes(output)) continue;
    const [parquet, asCsv] = [join(folder, `${name}.parquet`), join(folder, `${name}.csv`)];
    const body = await openBlob(jobs, `${prefix}${name}.parquet`, signal);
    if (body === undefined) return undefined;
    await rm(asCsv, { force: true });
    await writeWhole(parquet, body, { signal });
    const withCsv = csv || output === null;
    if (withCsv) await parquetToCsv(parquet, asCsv, signal);
    tables.push({ output, parquet, csv: withCsv ? asCsv : null, rows, tasks, columns });
  }
  const { tasks, succeeded, failed, notes, problems } = stored;
  return { folder, tables, tasks, succeeded, failed, pending: 0, notes, problems };
}
