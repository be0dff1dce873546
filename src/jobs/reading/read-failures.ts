import type { Scalar } from '../../contracts/json/scalar.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { taskFailure } from '../../contracts/result/task-failure.js';
import type { JobStorage } from '../job-storage.js';
import { spreadOver } from '../spread-over.js';
import type { FoundJob } from './find-job.js';
import { type FailureGroup, groupFailures } from './group-failures.js';
import { listFailed } from './list-failed.js';
import { readListed } from './read-outcomes.js';
import { readTasks } from './read-tasks.js';

export interface Failures {
  /** Tasks that failed. */
  failed: number;
  /** Of them those whose reasons are known: the groups are made of these. */
  read: number;
  groups: FailureGroup[];
}

/**
 * Why tasks of a job failed, as a listing tells; a record is read where it does not, as of a task that nobody wrote down, and of older apps.
 *
 * @param most records that are read; of more, as many that are spread over all of them
 */
export async function readFailures(
  { jobs }: Pick<JobStorage, 'jobs'>,
  job: FoundJob,
  most: number,
  signal: AbortSignal,
): Promise<Failures> {
  const failed = new Map((await listFailed(jobs, job, signal)).map((one) => [one.taskId, one]));
  const gathered = groupFailures();
  let read = 0;
  let uniform: Map<string, string> | undefined;
  if (failed.size > 0) {
    const untold = new Map(failed);
    for await (const { task_id, message } of readTasks(jobs, job.scope.jobId, signal)) {
      const params = message.params.values;
      uniform = stillUniform(uniform, { ...params, seed: String(message.seed) });
      const { outcome, failure } = failed.get(task_id) ?? {};
      if (outcome === undefined || failure === undefined) continue;
      untold.delete(task_id);
      gathered.add({ task_id, outcome, params, seed: message.seed, failure });
    }
    const chosen = spreadOver([...untold.values()], most);
    await readListed(jobs, chosen, signal, (record) => {
      gathered.add({ ...record, failure: taskFailure(record) });
    });
    read = failed.size - untold.size + chosen.length;
  }
  return { failed: failed.size, read, groups: gathered.groups((name) => uniform?.has(name) ?? false) };
}

/** Of the values that all tasks so far have, as JSON, those that the next one has too. */
function stillUniform(
  uniform: Map<string, string> | undefined,
  values: Record<string, Scalar>,
): Map<string, string> {
  if (uniform === undefined)
    return new Map(Object.entries(values).map(([name, value]) => [name, stringifyJson(value)]));
  for (const [name, text] of uniform)
    if (!(Object.hasOwn(values, name) && stringifyJson(values[name]) === text)) uniform.delete(name);
  return uniform;
}
