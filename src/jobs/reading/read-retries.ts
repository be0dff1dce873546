import { gunzipSync } from 'node:zlib';
import type { ContainerClient } from '@azure/storage-blob';
import { readBlob } from '../../azure-backend/read-blob.js';
import type { JobRun } from '../../simulation/ports.js';
import { runTasksPath } from '../job-paths.js';
import { readRunManifest } from './read-run-manifest.js';

/** A run of some of a job's tasks. */
export interface Retry {
  run: string;
  tasks: ReadonlySet<string>;
}

/** A run of which its manifest says that it has not all tasks. */
export async function readRetry(jobs: ContainerClient, { jobId, run }: JobRun): Promise<Retry> {
  const path = runTasksPath({ jobId, run });
  const packed = await readBlob(jobs, path);
  if (packed === undefined)
    throw new Error(`Cannot tell which tasks the run ${run} of job ${jobId} has: ${path} was removed.`);
  return { run, tasks: new Set(gunzipSync(packed).toString('utf8').split('\n').filter(Boolean)) };
}

/**
 * The retries since the last whole run of a job, the latest first: two requests for each, and one for the whole run.
 *
 * @param runs all of them, the latest last
 */
export async function readRetries(jobs: ContainerClient, jobId: string, runs: string[]): Promise<Retry[]> {
  const retries: Retry[] = [];
  for (const run of runs.toReversed()) {
    if ((await readRunManifest(jobs, { jobId, run }))?.tasks === undefined) break;
    retries.push(await readRetry(jobs, { jobId, run }));
  }
  return retries;
}
