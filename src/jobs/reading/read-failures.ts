import { stringifyJson } from '../../contracts/json/stringify-json.js';
import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import type { JobStorage } from '../job-storage.js';
import type { FoundJob } from './find-job.js';
import { type FailureGroup, groupFailures } from './group-failures.js';
import { listStanding } from './list-standing.js';
import { readListed } from './read-outcomes.js';
import { readTasks } from './read-tasks.js';

export interface Failures {
  /** Tasks that failed. */
  failed: number;
  /** Of them those whose records were read: the groups are made of these. */
  read: number;
  groups: FailureGroup[];
  /** Those that were read, by task. */
  records: Map<string, OutcomeRecord>;
}

/**
 * Why tasks of a job failed: one request for each that did, up to a limit.
 *
 * @param most records that are read; of more failures, as many that are spread over all of them
 */
export async function readFailures(
  { jobs }: Pick<JobStorage, 'jobs'>,
  job: FoundJob,
  most: number,
  signal: AbortSignal,
): Promise<Failures> {
  const { scope, manifest } = job;
  const standing = await listStanding(jobs, job, signal);
  const failed = [...standing.values()].filter(({ outcome }) => outcome !== 'succeeded');
  const step = Math.max(1, failed.length / most);
  const chosen = failed.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step));
  const gathered = groupFailures();
  const records = new Map<string, OutcomeRecord>();
  await readListed(jobs, chosen, signal, (record) => {
    gathered.add(record);
    records.set(record.task_id, record);
  });
  const uniform = failed.length === 0 || manifest === undefined ? undefined : await uniformParameters();
  return {
    failed: failed.length,
    read: chosen.length,
    groups: gathered.groups((name) => uniform?.has(name) ?? false),
    records,
  };

  /** Those that have one value in all tasks of the job. */
  async function uniformParameters(): Promise<Set<string>> {
    const values = new Map<string, string>();
    let first = true;
    for await (const { message } of readTasks(jobs, scope.jobId, signal)) {
      const own = new Map(Object.entries({ ...message.params.values, seed: String(message.seed) }));
      if (first) for (const [name, value] of own) values.set(name, stringifyJson(value));
      first = false;
      for (const [name, text] of values)
        if (!(own.has(name) && stringifyJson(own.get(name)) === text)) values.delete(name);
    }
    return new Set(values.keys());
  }
}
