import type { ContainerClient } from '@azure/storage-blob';
import type { RunManifest } from '../../contracts/job/run-manifest.js';
import { leftOutTasks, type MeantRuns } from './left-out-tasks.js';
import { readLeftOut } from './read-left-out.js';

/**
 * How many tasks were left out when their run was cancelled. Of one run it is written down; of several together it is found by reading which
 * they were.
 */
export async function countLeftOut(
  jobs: ContainerClient,
  job: MeantRuns & { runManifest: RunManifest | undefined },
): Promise<number> {
  const { jobId, run } = job.scope;
  if (run === undefined) return (await leftOutTasks(jobs, job)).size;
  if (job.runManifest?.sent_by !== 'app') return 0;
  return (await readLeftOut(jobs, { jobId, run }))?.tasks ?? 0;
}
