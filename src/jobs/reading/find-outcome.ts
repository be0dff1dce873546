import type { ContainerClient } from '@azure/storage-blob';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import type { JobRun } from '../../simulation/ports.js';
import { outcomePath } from '../job-paths.js';

/** How a task ended in a run; undefined while it has not. */
export async function findOutcome(
  jobs: ContainerClient,
  run: JobRun,
  taskId: string,
): Promise<OutcomeRecord | undefined> {
  const path = outcomePath(run, taskId);
  const text = await readTextBlob(jobs, path);
  return text === undefined ? undefined : parseDocument(OutcomeRecord, text, `The outcome ${path}`);
}
