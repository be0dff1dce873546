import type { JobStorage } from '../job-storage.js';
import { listJobs } from './list-jobs.js';
import { listOutcomes } from './list-outcomes.js';
import { listRuns } from './list-runs.js';

/** Outcomes that are looked at, and jobs of the bundle in which they are looked for. */
const mostOutcomes = 1000;
const mostJobs = 3;

/**
 * What tasks of a bundle took in the latest of its jobs that has run any, on the average: from its start to its stored result.
 *
 * @param bundleRef by digest, with or without a repository
 */
export async function secondsPerTask(
  storage: Pick<JobStorage, 'jobs'>,
  bundleRef: string,
  signal: AbortSignal,
): Promise<{ jobId: string; seconds: number } | undefined> {
  const digest = digestOf(bundleRef);
  const ofBundle = (await listJobs(storage, signal)).filter(({ manifest }) =>
    manifest?.bundle_refs.some((ref) => digestOf(ref) === digest),
  );
  for (const { jobId } of ofBundle.slice(0, mostJobs)) {
    let [tasks, sum, looked] = [0, 0, 0];
    // Of its runs by name, the latest first: below them all lie other blobs, too.
    const runs = (await listRuns(storage.jobs, jobId, signal)).toReversed();
    const scope = { jobId, run: undefined, runs };
    for await (const { seconds: of } of listOutcomes(storage.jobs, scope, signal, mostOutcomes)) {
      looked += 1;
      if (of !== undefined) {
        tasks += 1;
        sum += of.start + of.import + of.simulate + of.write + of.exit + of.upload;
      }
      if (looked === mostOutcomes) break;
    }
    if (tasks > 0) return { jobId, seconds: sum / tasks };
  }
  return undefined;
}

function digestOf(ref: string): string {
  return ref.slice(ref.lastIndexOf('@') + 1);
}
