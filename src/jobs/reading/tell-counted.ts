import { type ContainerClient, RestError } from '@azure/storage-blob';
import { putBlob } from '../../azure-backend/put-blob.js';
import type { CountedRun } from '../../contracts/job/counted-run.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';

/** Writes down what was counted, for the next reader. Who may only read counts again each time. */
export async function tellCounted(jobs: ContainerClient, path: string, counted: CountedRun): Promise<void> {
  try {
    await putBlob(jobs, path, Buffer.from(stringifyJson(counted)), { contentType: 'application/json' });
  } catch (error) {
    if (!(error instanceof RestError && error.statusCode === 403)) throw error;
  }
}
