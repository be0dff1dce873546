import type { ContainerClient } from '@azure/storage-blob';
import { isDrawnRun } from '../is-drawn-run.js';
import { runsPrefix } from '../job-paths.js';
import { unlessMissing } from '../unless-missing.js';

/** The names of a job's runs, oldest first; those that other clients named come before ours. */
export async function listRuns(
  jobs: ContainerClient,
  jobId: string,
  abortSignal: AbortSignal,
): Promise<string[]> {
  const prefix = runsPrefix(jobId);
  const runs: string[] = [];
  for await (const item of unlessMissing(jobs.listBlobsByHierarchy('/', { prefix, abortSignal }))) {
    if (item.kind === 'prefix') runs.push(item.name.slice(prefix.length).replace(/\/$/, ''));
  }
  const ours = (run: string) => Number(isDrawnRun(run));
  return runs.sort((a, b) => ours(a) - ours(b) || (a < b ? -1 : 1));
}
