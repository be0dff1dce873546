import type { JobManifest } from '../../contracts/job/job-manifest.js';
import { forEachConcurrently } from '../for-each-concurrently.js';
import type { JobStorage } from '../job-storage.js';
import { listJobNames } from './list-job-names.js';
import { readJobManifest } from './read-job-manifest.js';

const atOnce = 16;

export interface ListedJob {
  jobId: string;
  /** Absent where another client pushed the tasks. */
  manifest: JobManifest | undefined;
}

/** All jobs, those that were submitted last first, and behind them those that nobody submitted: one request for each. */
export async function listJobs(
  { jobs }: Pick<JobStorage, 'jobs'>,
  signal: AbortSignal,
): Promise<ListedJob[]> {
  const found: ListedJob[] = [];
  await forEachConcurrently(listJobNames(jobs, '', signal), atOnce, signal, async (jobId) => {
    found.push({ jobId, manifest: await readJobManifest(jobs, jobId) });
  });
  const madeAt = ({ manifest }: ListedJob) => (manifest ? Date.parse(manifest.created_at) : 0);
  return found.sort((a, b) => madeAt(b) - madeAt(a) || (a.jobId < b.jobId ? -1 : 1));
}
