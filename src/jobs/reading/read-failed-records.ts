import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import type { JobStorage } from '../job-storage.js';
import { spreadOver } from '../spread-over.js';
import type { FoundJob } from './find-job.js';
import { listFailed } from './list-failed.js';
import { readListed } from './read-outcomes.js';

/**
 * The records of tasks that failed: one request for each.
 *
 * @param most of more failures, as many that are spread over all of them
 */
export async function readFailedRecords(
  { jobs }: Pick<JobStorage, 'jobs'>,
  job: FoundJob,
  most: number,
  signal: AbortSignal,
): Promise<OutcomeRecord[]> {
  const records: OutcomeRecord[] = [];
  const chosen = spreadOver(await listFailed(jobs, job, signal), most);
  await readListed(jobs, chosen, signal, (record) => void records.push(record));
  return records;
}
