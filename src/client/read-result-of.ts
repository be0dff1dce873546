import { parseBlobReference } from '../azure-backend/blob-reference.js';
import type { OutcomeRecord } from '../contracts/result/outcome-record.js';
import type { StoredResult } from '../contracts/result/stored-result.js';
import type { JobStorage } from '../jobs/job-storage.js';
import { readResult } from '../provenance/read-result.js';
import { SimulationFailed } from './simulation-failed.js';

/**
 * The stored result of a task.
 *
 * @throws SimulationFailed when it has none
 */
export async function readResultOf(
  { blobs }: Pick<JobStorage, 'blobs'>,
  record: OutcomeRecord,
): Promise<StoredResult> {
  if (record.result === undefined) throw new SimulationFailed(record);
  const { container, blobName } = parseBlobReference(record.result);
  const found = await readResult(blobs.getContainerClient(container), blobName);
  if (found) return found.stored;
  throw new Error(`Cannot read the result of task ${record.task_id}: ${record.result} was removed.`);
}
