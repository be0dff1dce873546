import { blake2b } from '../../contracts/identities/blake2b.js';
import type { TaskRow } from '../tables/task-row.js';

/** What is behind the first colon of a bundle's reference, 12 characters of it, as ModelOps takes it for the digest: where a registry has a port, it is not. */
export function bundlePart(bundleRef: string): string {
  return bundleRef.slice(bundleRef.indexOf(':') + 1).slice(0, 12);
}

/** Where ModelOps' ProvenanceStore looks for a result. Entrypoint, outputs, config and environment are not in it. */
export function simPath({
  bundle_ref,
  param_id,
  seed,
}: Pick<TaskRow, 'bundle_ref' | 'param_id' | 'seed'>): string {
  const hash = blake2b(param_id, 256);
  const shard = `${hash.slice(0, 2)}/${hash.slice(2, 4)}`;
  return `token/v1/sims/${bundlePart(bundle_ref)}/${shard}/params_${param_id.slice(0, 8)}/seed_${seed}`;
}

export function aggregationPath(bundleRef: string, target: string, id: string): string {
  return `token/v1/aggs/${bundlePart(bundleRef)}/target_${target.replaceAll('/', '_')}/agg_${id}`;
}

export const viewsPath = (jobId: string): string => `token/v1/views/jobs/${jobId}`;

/** The folder of a target in the views. */
export const targetName = (target: string): string => target.split('/').at(-1) ?? target;
