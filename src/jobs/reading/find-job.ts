import type { JobManifest } from '../../contracts/job/job-manifest.js';
import type { RunManifest } from '../../contracts/job/run-manifest.js';
import type { JobStorage } from '../job-storage.js';
import type { RunScope } from '../run-scope.js';
import { countLeftOut } from './count-left-out.js';
import { listRuns } from './list-runs.js';
import { readJobManifest } from './read-job-manifest.js';
import { type Retry, readRetries } from './read-retries.js';
import { readRunManifest } from './read-run-manifest.js';

/** A job, and which of its runs is meant. */
export interface FoundJob {
  scope: RunScope;
  /** Absent when another client pushed the tasks. */
  manifest: JobManifest | undefined;
  runManifest: RunManifest | undefined;
  /** Retries of some of its tasks since its last whole run, where all runs together are meant because of them. */
  retries: Retry[];
  /** The runs that are meant, as far as they were written down, the latest last. */
  runs: string[];
  /** Tasks whose messages were never sent, since the run was cancelled before: they have no outcome, and count as cancelled. */
  leftOut: number;
}

/** The job of all tasks that were pushed without one. */
export const directJob = 'direct';

/**
 * Finds a job. Without a run its latest is meant, or all of them where the latest retries some of its tasks; in a job that was not submitted but pushed message by message, as in
 * `direct`, each message is a run of its own, and all of them are meant.
 *
 * @param known what was submitted, where it has been read already
 * @throws when there is no such job or run.
 */
export async function findJob(
  { jobs }: Pick<JobStorage, 'jobs'>,
  jobId: string,
  run: string | undefined,
  signal: AbortSignal,
  known?: JobManifest,
): Promise<FoundJob> {
  const [manifest, runs] = await Promise.all([
    known ?? readJobManifest(jobs, jobId),
    listRuns(jobs, jobId, signal),
  ]);
  if (run !== undefined && !runs.includes(run)) {
    throw new Error(
      `Cannot find the run ${run} of job ${jobId}: ${runs.length > 0 ? `its runs are ${some(runs)}` : 'there is none'}.`,
    );
  }
  if (manifest === undefined && runs.length === 0 && jobId !== directJob) {
    throw new Error(
      `Cannot find the job ${jobId}: the container "${jobs.containerName}" of the account "${jobs.accountName}" has none of this name. Is it the right account?`,
    );
  }
  const chosen = run ?? (manifest === undefined ? undefined : runs.at(-1));
  const runManifest = chosen === undefined ? undefined : await readRunManifest(jobs, { jobId, run: chosen });
  // Of a whole run, which most are, nothing more is to be read.
  const isRetry = run === undefined && runManifest?.tasks !== undefined;
  const retries = isRetry ? await readRetries(jobs, jobId, runs) : [];
  // Those of other clients are too many: each message may be a run.
  const scope = { jobId, run: retries.length > 0 ? undefined : chosen, ...(manifest && { runs }) };
  const found = {
    ...{ scope, manifest, runManifest, retries },
    runs: chosen === undefined ? [] : retries.length > 0 ? runs.slice(-retries.length - 1) : [chosen],
  };
  return { ...found, leftOut: await countLeftOut(jobs, found) };
}

function some(runs: string[]): string {
  const last = runs.slice(-5).join(', ');
  return runs.length > 5 ? `…, ${last} (${runs.length})` : last;
}
