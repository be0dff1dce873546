import type { ContainerClient } from '@azure/storage-blob';
import { aggregationIdentities } from '../../contracts/message/aggregation-identities.js';
import { setId } from '../../contracts/task/set-id.js';
import type { FoundJob } from './find-job.js';
import { type ListedAggregation, listAggregations } from './list-aggregations.js';
import type { Retry } from './read-retries.js';
import { readTasks } from './read-tasks.js';
import { standingInJob } from './standing-in-job.js';

/** Whoever watches a job asks again and again, and what is retried does not change. */
const known = new WeakMap<Retry[], Promise<Retry[]>>();

/** Of each aggregation of a job the record that stands; none of a set of which a task is being retried, until it has been aggregated again. */
export async function standingAggregations(
  jobs: ContainerClient,
  job: Pick<FoundJob, 'scope' | 'retries'>,
  signal: AbortSignal,
): Promise<Map<string, ListedAggregation>> {
  const listed: ListedAggregation[] = [];
  for await (const one of listAggregations(jobs, job.scope, signal)) listed.push(one);
  if (job.retries.length === 0) return standingInJob({ retries: [] }, listed);
  let retries = known.get(job.retries);
  if (retries === undefined) {
    retries = retriedAggregations(jobs, job, signal);
    known.set(job.retries, retries);
    retries.catch(() => known.delete(job.retries));
  }
  return standingInJob({ retries: await retries }, listed);
}

async function retriedAggregations(
  jobs: ContainerClient,
  { scope, retries }: Pick<FoundJob, 'scope' | 'retries'>,
  signal: AbortSignal,
): Promise<Retry[]> {
  const again = retries.map(({ run }) => ({ run, tasks: new Set<string>() }));
  for await (const { task_id: id, message } of readTasks(jobs, scope.jobId, signal)) {
    const { replicate_set: set, bundle_ref, params } = message;
    if (set === undefined) continue;
    for (const [index, { tasks }] of retries.entries()) {
      if (!tasks.has(id)) continue;
      const of = { id: setId(message), params, replicates: set.replicates };
      for (const target of set.targets)
        again[index]?.tasks.add(aggregationIdentities.id({ target, bundle_ref, inputs: [], set: of }));
    }
  }
  return again;
}
