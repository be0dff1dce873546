import type { ContainerClient } from '@azure/storage-blob';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { NoTables, StoredTables } from '../../contracts/job/stored-tables.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { tablesRecordPath } from '../../jobs/job-paths.js';

/** What the app has made of the tables of a job up to this run, or why it made none; undefined while it has done neither. */
export async function madeByApp(
  jobs: ContainerClient,
  run: { jobId: string; run: string },
): Promise<StoredTables | NoTables | undefined> {
  const path = tablesRecordPath(run);
  const text = await readTextBlob(jobs, path);
  return text === undefined ? undefined : parseDocument(StoredTables.or(NoTables), text, path);
}
