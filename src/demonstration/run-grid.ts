import { join } from 'node:path';
import { openStorage } from '../connections/open-storage.js';
import type { JobStorage } from '../jobs/job-storage.js';
import { type FoundJob, findJob } from '../jobs/reading/find-job.js';
import { type VerifiedJob, verifyJob } from '../jobs/reading/verify-job.js';
import { gridTasks } from '../jobs/submission/grid-tasks.js';
import { planTasks } from '../jobs/submission/plan-tasks.js';
import { submitJob } from '../jobs/submission/submit-job.js';
import { toolVersion } from '../package/tool-version.js';
import { type FetchedJob, fetchResults } from '../results/fetch/fetch-results.js';
import { writeReport } from '../results/report/write-report.js';
import { demoGrid } from './demo-model.js';
import { type Answer, readAnswers } from './read-answers.js';

/** It takes 3 s on two cores; a machine that needs this long has another trouble. */
const patienceMs = 180_000;

/** Waits until every task of a job has ended, as `watchJob` does, and may show meanwhile how far it is. */
export type Watch = (storage: JobStorage, job: FoundJob, signal: AbortSignal) => Promise<unknown>;

/** The grid, once through the app. */
export interface GridRun {
  jobId: string;
  fetched: FetchedJob;
  verified: VerifiedJob;
  /** The page about it, a file. */
  report: string;
  /** In the order of the grid. */
  answers: Answer[];
}

/**
 * Submits the demonstration's grid, watches it, fetches its results to `<to>/<job>/` and verifies it: what
 * `mops-cold submit --watch`, `fetch`, `verify` and `report` do.
 *
 * @param env the settings that the app has too
 * @param again its first task alone, which runs although its result is stored
 * @throws Error when a task failed or a file could not be fetched.
 */
export async function runGrid(
  request: { jobId: string; bundleRef: string; env: NodeJS.ProcessEnv; to: string; again?: boolean },
  watch: Watch,
  signal: AbortSignal,
): Promise<GridRun> {
  const { jobId, bundleRef, env, to, again = false } = request;
  const storage = await openStorage(env);
  const { entrypoint, axes, replicates } = demoGrid;
  const tasks = gridTasks({ entrypoint, bundleRef, axes, seeds: undefined, replicates });
  const { lines } = planTasks(again ? tasks.slice(0, 1) : tasks, jobId, undefined);
  const manifest = {
    job_id: jobId,
    bundle_refs: [bundleRef],
    tool_version: await toolVersion(),
    source: 'demonstration',
  };
  const { run } = await submitJob(storage, { manifest, lines, noCache: again }, signal);
  const job = await findJob(storage, jobId, run, signal);
  const late = AbortSignal.timeout(patienceMs);
  await watch(storage, job, AbortSignal.any([signal, late])).catch((cause: unknown) => {
    if (signal.aborted || !late.aborted) throw cause;
    throw new Error(
      `Cannot show what was promised: ${lines.length} tasks have not ended within ${patienceMs / 1000} s. Look at what the host says, with --verbose.`,
      { cause },
    );
  });
  const fetched = await fetchResults(storage, job, to, signal);
  const verified = await verifyJob(storage, job, signal);
  const { path: report } = await writeReport(storage, job, join(fetched.folder, 'report.html'), signal);
  const answers = await readAnswers(fetched);
  mustBeComplete(fetched, answers);
  return { jobId, fetched, verified, report, answers };
}

function mustBeComplete({ problems, folder }: FetchedJob, answers: Answer[]): void {
  const failed = answers.filter(({ outcome }) => outcome !== 'succeeded');
  const [first] = failed;
  if (first) {
    throw new Error(
      `Cannot show what was promised: ${failed.length} of ${answers.length} tasks failed. The first: task ${first.taskId}: ${first.outcome}: ${first.reason} Its log is in ${folder}/${first.taskId}.`,
    );
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
}
