import { bundleDigest } from '../bundle/bundle-digest.js';
import { compareCodePoints } from '../json/compare-code-points.js';
import { blake2b } from './blake2b.js';

const sorted = (names: readonly string[]) => [...names].sort(compareCodePoints).join(',');

/** Names under which ModelOps itself keeps the same things, for exchange with its tools. */
export const modelopsIdentities = {
  /** `task_id` in the SimReturn of ModelOps' executors after a success. It ignores bundle and entrypoint. */
  executorTaskId: (paramId: string, seed: bigint, outputs: readonly string[]) =>
    blake2b(`${paramId.slice(0, 16)}-${seed}-${sorted(outputs)}`, 256),

  /** `task_id` in the SimReturn of ModelOps' executors after an error. */
  executorErrorTaskId: (paramId: string, seed: bigint) =>
    blake2b(`${paramId.slice(0, 16)}-${seed}-error`, 256),

  /** `AggregationTask.aggregation_id()`, which paths use. */
  aggregationTaskId: (target: string, taskIds: readonly string[]) =>
    blake2b(`${target}:${sorted(taskIds)}`, 256).slice(0, 16),

  /** `utils.aggregation_id()`, which differs from the former. */
  aggregationId: (target: string, taskIds: readonly string[]) =>
    blake2b(`${target}:${sorted(taskIds)}`, 128).slice(0, 16),

  /** Path of a simulation's result in ModelOps' provenance store. */
  simPath: (bundleRef: string, paramId: string, seed: bigint) => {
    const digest = bundleDigest(bundleRef).slice('sha256:'.length);
    const shard = blake2b(paramId, 256);
    const folder = `token/v1/sims/${digest.slice(0, 12)}/${shard.slice(0, 2)}/${shard.slice(2, 4)}`;
    return `${folder}/params_${paramId.slice(0, 8)}/seed_${seed}`;
  },
};
