import { resultKey } from '../contracts/task/result-key.js';
import type { SimTask } from '../contracts/task/sim-task.js';
import type { JobStorage } from '../jobs/job-storage.js';
import type { FoundJob } from '../jobs/reading/find-job.js';
import { listOutcomes } from '../jobs/reading/list-outcomes.js';
import type { ListedOutcome } from '../jobs/reading/listed-outcome.js';
import { readListed } from '../jobs/reading/read-outcomes.js';
import { readTasks } from '../jobs/reading/read-tasks.js';
import { standingOutcomes } from '../jobs/reading/standing-outcomes.js';

/** A task of a job, and how it ended; undefined while it has not. */
export interface JobTask {
  taskId: string;
  outcome: ListedOutcome | undefined;
}

export interface PairedTasks {
  /** In the order of the first job. */
  pairs: [JobTask, JobTask][];
  /** Ids of tasks that the other job lacks. */
  onlyInFirst: string[];
  onlyInSecond: string[];
}

/**
 * The tasks that two jobs share: the same entrypoint, parameters, seed, outputs, config and env. The bundle may be another one. What
 * of a job was pushed by other clients nobody wrote down: of its tasks outputs, config and env are taken for none.
 */
export async function pairTasks(
  storage: Pick<JobStorage, 'jobs'>,
  first: FoundJob,
  second: FoundJob,
  signal: AbortSignal,
): Promise<PairedTasks> {
  const [ones, others] = await Promise.all([
    tasksOf(storage, first, signal),
    tasksOf(storage, second, signal),
  ]);
  const byIdentity = new Map<string, string[]>();
  for (const [id, { identity }] of others)
    byIdentity.set(identity, [...(byIdentity.get(identity) ?? []), id]);

  const paired: PairedTasks = { pairs: [], onlyInFirst: [], onlyInSecond: [] };
  const taken = new Set<string>();
  for (const [id, one] of ones) {
    // With several bundles in a job a task may stand there several times; its own bundle's is meant then.
    const candidates = (byIdentity.get(one.identity) ?? []).filter((candidate) => !taken.has(candidate));
    const twin = candidates.includes(id) ? id : candidates.find((candidate) => !ones.has(candidate));
    const other = twin === undefined ? undefined : others.get(twin);
    if (twin === undefined || other === undefined) paired.onlyInFirst.push(id);
    else {
      taken.add(twin);
      paired.pairs.push([
        { taskId: id, outcome: one.outcome },
        { taskId: twin, outcome: other.outcome },
      ]);
    }
  }
  paired.onlyInSecond = [...others.keys()].filter((id) => !taken.has(id));
  return paired;
}

interface Identified {
  /** The same in two tasks that differ in nothing but their bundle. */
  identity: string;
  outcome: ListedOutcome | undefined;
}

async function tasksOf(
  { jobs }: Pick<JobStorage, 'jobs'>,
  { scope }: FoundJob,
  signal: AbortSignal,
): Promise<Map<string, Identified>> {
  const listed: ListedOutcome[] = [];
  for await (const one of listOutcomes(jobs, scope, signal)) listed.push(one);
  const standing = standingOutcomes(listed);
  const tasks = new Map<string, Identified>();
  for await (const { task_id: id, message } of readTasks(jobs, scope.jobId, signal))
    tasks.set(id, { identity: identityOf(message), outcome: standing.get(id) });
  const unknown = [...standing.values()].filter(({ taskId }) => !tasks.has(taskId));
  await readListed(jobs, unknown, signal, ({ task_id: id, entrypoint, param_id, params, seed }, outcome) => {
    const identity = identityOf({ entrypoint, params: { param_id, values: params }, seed });
    tasks.set(id, { identity, outcome });
  });
  return tasks;
}

/** What names a result, but for the bundle, and for how and where it ran. */
function identityOf({ entrypoint, params, seed, outputs, config, env }: Omit<SimTask, 'bundle_ref'>): string {
  const asked = { ...(outputs && { outputs }), ...(config && { config }), ...(env && { env }) };
  return resultKey({ bundle_ref: '', entrypoint, params, seed, ...asked }, 'cold');
}
