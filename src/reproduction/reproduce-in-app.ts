import { compareJobs } from '../comparison/compare-jobs.js';
import type { Comparison, TaskDifference } from '../comparison/comparison.js';
import type { TaskLine } from '../contracts/job/task-line.js';
import type { JobStorage } from '../jobs/job-storage.js';
import { type FoundJob, findJob } from '../jobs/reading/find-job.js';
import { listOutcomes } from '../jobs/reading/list-outcomes.js';
import type { ListedOutcome } from '../jobs/reading/listed-outcome.js';
import { readListed } from '../jobs/reading/read-outcomes.js';
import { planTasks } from '../jobs/submission/plan-tasks.js';
import { submitJob } from '../jobs/submission/submit-job.js';
import { toolVersion } from '../package/tool-version.js';
import { againJobId } from './again-job-id.js';
import { taskOf } from './task-of.js';

export interface InAppOptions {
  /** How many of the tasks that differ are looked into. */
  look: number;
  /** Is told the new job when it is sent, and waits for its end. */
  watch(job: FoundJob): Promise<unknown>;
}

/**
 * Sends tasks of a job once more, as a job of its own, `<job>-again-<n>`, which runs cold and whatever is stored; waits for it, and
 * compares the two. Its results answer no other task.
 */
export async function reproduceInApp(
  storage: JobStorage,
  job: FoundJob,
  tasks: TaskLine[],
  { look, watch }: InAppOptions,
  signal: AbortSignal,
): Promise<Comparison & { again: string }> {
  const again = await againJobId(storage, job.scope.jobId);
  const { lines } = planTasks(tasks.map(taskOf), again, 'cold');
  const manifest = {
    ...{ job_id: again, executor: 'cold' as const, tool_version: await toolVersion() },
    bundle_refs: [...new Set(lines.map(({ message }) => message.bundle_ref))],
    source: `reproduce ${job.scope.jobId}`,
  };
  const { run } = await submitJob(storage, { manifest, lines, noCache: true }, signal);
  const second = await findJob(storage, again, run, signal);
  await watch(second);

  const only = new Set(tasks.map(({ task_id: id }) => id));
  const compared = await compareJobs(storage, job, second, { look, only }, signal);
  const { same, one_result, uncompared } = compared;
  const failed = await failures(storage, second, signal);
  const byId = new Map([...compared.different, ...failed].map((one) => [one.task_id, one]));
  const different = tasks.flatMap(({ task_id: id }) => byId.get(id) ?? []);
  return { again, compared: same + different.length, same, one_result, different, uncompared };
}

/** That a task which had succeeded does not the second time is a difference too. */
async function failures(
  { jobs }: Pick<JobStorage, 'jobs'>,
  { scope }: FoundJob,
  signal: AbortSignal,
): Promise<TaskDifference[]> {
  const failed: ListedOutcome[] = [];
  for await (const one of listOutcomes(jobs, scope, signal))
    if (one.outcome !== 'succeeded') failed.push(one);
  const found: TaskDifference[] = [];
  await readListed(jobs, failed, signal, ({ task_id, entrypoint, params, seed, outcome, reason, error }) => {
    const named = { task_id, second_task_id: task_id, entrypoint, params, seed };
    found.push({
      ...named,
      ended: { outcome, reason, ...(error && { error_type: error.error_type }) },
      outputs: [],
      looked_at: false,
      facts: [],
      causes: [],
    });
  });
  return found;
}
