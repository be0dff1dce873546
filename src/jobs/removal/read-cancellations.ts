import type { ContainerClient } from '@azure/storage-blob';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { Cancellation } from '../../contracts/job/cancellation.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { cancellationsPrefix } from '../job-paths.js';
import { unlessMissing } from '../unless-missing.js';

export interface FoundCancellation {
  blob: string;
  run: string;
  cancellation: Cancellation;
}

/** What was cancelled of a job: one request for each cancellation. */
export async function readCancellations(
  jobs: ContainerClient,
  jobId: string,
  abortSignal: AbortSignal,
): Promise<FoundCancellation[]> {
  const prefix = `${cancellationsPrefix}${jobId}/`;
  const found: FoundCancellation[] = [];
  for await (const { name: blob } of unlessMissing(jobs.listBlobsFlat({ prefix, abortSignal }))) {
    const text = await readTextBlob(jobs, blob);
    if (text === undefined) continue; // removed meanwhile
    const run = blob.slice(prefix.length).split('/')[0] ?? '';
    found.push({ blob, run, cancellation: parseDocument(Cancellation, text, blob) });
  }
  return found;
}
