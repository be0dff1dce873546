import { createOnce } from '../../azure-backend/create-once.js';
import type { JobManifest } from '../../contracts/job/job-manifest.js';
import type { RunManifest } from '../../contracts/job/run-manifest.js';
import { formatTablesRequest } from '../../contracts/message/tables-request.js';
import type { JobRun } from '../../simulation/ports.js';
import { endedTasks } from '../ended-tasks.js';
import { tablesAskedPath } from '../job-paths.js';
import type { JobStorage } from '../job-storage.js';
import { countLeftOut } from '../reading/count-left-out.js';
import { countRun } from '../reading/count-run.js';
import { readJobManifest } from '../reading/read-job-manifest.js';
import { readRunManifest } from '../reading/read-run-manifest.js';
import { taskCount } from '../reading/task-count.js';

type Manifests = { manifest: JobManifest; runManifest: RunManifest } | undefined;

/** Runs of which it is remembered what was written down of them, and whether they have ended. */
const mostRuns = 50;
/** A run for each message, of tasks that were pushed without one: no request is spent on these. */
const isOfMessage = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Nobody needs a table of one row, and whoever asks for one task at a time would have the app make one each time. */
const fewestTasks = 2;

/**
 * Asks the app, once a run, to make the tables of its job when all of its tasks have ended. It is called when an instance has nothing to do for the run any more: whoever ends
 * the last task looks after everybody has told of theirs. No task waits for it.
 */
export function askForTables({
  jobs,
  jobsQueue,
}: Pick<JobStorage, 'jobs' | 'jobsQueue'>): (run: JobRun) => Promise<void> {
  const known = new Map<string, Manifests>();
  const asked = new Set<string>();
  const signal = new AbortController().signal;

  async function manifestsOf(run: JobRun, key: string): Promise<Manifests> {
    if (known.has(key)) return known.get(key);
    const runManifest = await readRunManifest(jobs, run);
    const manifest = runManifest && (await readJobManifest(jobs, run.jobId));
    const found = runManifest && manifest && { manifest, runManifest };
    known.set(key, found);
    for (const old of [...known.keys()].slice(0, -mostRuns)) known.delete(old);
    return found;
  }

  return async (run) => {
    if (isOfMessage.test(run.run)) return;
    const key = `${run.jobId}/${run.run}`;
    // Of what was pushed without a job nobody knows when it is complete.
    const manifests = asked.has(key) ? undefined : await manifestsOf(run, key);
    if (manifests === undefined || manifests.manifest.task_count < fewestTasks) return;
    const job = { ...manifests, scope: run, retries: [], runs: [run.run], leftOut: 0 };
    const found = { ...job, leftOut: await countLeftOut(jobs, job) };
    const { counts } = await countRun({ jobs }, found, signal);
    if (endedTasks(counts) < (taskCount(found) ?? Number.POSITIVE_INFINITY)) return;
    // Twice is better than never: of two requests the second finds the tables made.
    if (!(await jobs.getBlobClient(tablesAskedPath(run)).exists())) {
      const request = { job_id: run.jobId, run: run.run, begun: 0 };
      await jobsQueue.sendMessage(formatTablesRequest(request), { messageTimeToLive: -1 });
      await createOnce(jobs, tablesAskedPath(run), '', 'text/plain');
    }
    asked.add(key);
    for (const old of [...asked].slice(0, -mostRuns)) asked.delete(old);
  };
}
