import type { ContainerClient } from '@azure/storage-blob';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { JobManifest } from '../../contracts/job/job-manifest.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { jobPath } from '../job-paths.js';

/** What was submitted; undefined where nobody wrote that down. */
export async function readJobManifest(
  jobs: ContainerClient,
  jobId: string,
): Promise<JobManifest | undefined> {
  const text = await readTextBlob(jobs, jobPath(jobId));
  return text === undefined ? undefined : parseDocument(JobManifest, text);
}
