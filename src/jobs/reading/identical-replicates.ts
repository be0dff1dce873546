import type { ContainerClient } from '@azure/storage-blob';
import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import type { RunScope } from '../run-scope.js';
import { listOutcomes } from './list-outcomes.js';
import { readOutcome } from './read-outcomes.js';

const named = 5;

/** Replicates of a run (the same task but for its seed) all of whose outputs are equal. */
export interface IdenticalReplicates {
  /** How many parameter sets have some. */
  parameter_sets: number;
  /** How many tasks these are. */
  tasks: number;
  /** Up to five of the sets. */
  examples: (Pick<OutcomeRecord, 'entrypoint' | 'param_id' | 'params'> & { task_ids: string[] })[];
}

/** Finds them by listing the run's outcomes, a request for 5,000 of them, and reads one record for each example. */
export async function identicalReplicates(
  jobs: ContainerClient,
  scope: RunScope,
  signal: AbortSignal,
): Promise<IdenticalReplicates> {
  const byDigest = new Map<string, Map<string, string>>();
  for await (const { taskId, blobName, replicateDigest } of listOutcomes(jobs, scope, signal)) {
    if (replicateDigest === undefined) continue;
    const tasks = byDigest.get(replicateDigest) ?? new Map<string, string>();
    // The same task in several runs is no replicate of itself.
    byDigest.set(replicateDigest, tasks.set(taskId, blobName));
  }
  const sets = [...byDigest.values()].filter(({ size }) => size > 1);
  const examples = sets.slice(0, named).map(async (tasks) => {
    const [blobName = ''] = tasks.values();
    const { entrypoint, param_id, params } = await readOutcome(jobs, blobName);
    return { entrypoint, param_id, params, task_ids: [...tasks.keys()] };
  });
  return {
    parameter_sets: sets.length,
    tasks: sets.reduce((sum, { size }) => sum + size, 0),
    examples: await Promise.all(examples),
  };
}
