import type { ContainerClient } from '@azure/storage-blob';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { Expansion } from '../../contracts/job/expansion.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { expansionPath } from '../job-paths.js';
import type { FoundJob } from './find-job.js';

/** How far the app is with sending the messages of the latest run of a job; null when all are sent, or it is not the app that sends them. */
export async function readExpansion(
  jobs: ContainerClient,
  { scope: { jobId }, runManifest }: Pick<FoundJob, 'scope' | 'runManifest'>,
): Promise<{ sent: number; of: number } | null> {
  if (runManifest?.sent_by !== 'app') return null;
  const path = expansionPath({ jobId, run: runManifest.run });
  const text = await readTextBlob(jobs, path);
  if (text === undefined) return null;
  const { sent, end, again } = parseDocument(Expansion, text, path);
  return { sent: again.reduce((sum, { from, to }) => sum - (to - from), sent), of: end };
}
