import { blake2b } from '../identities/blake2b.js';
import type { SimTask } from './sim-task.js';

/** Names what replicates of a job have in common, 32 hex digits: two models with the same parameters are two sets. */
export function setId({ entrypoint, params }: Pick<SimTask, 'entrypoint' | 'params'>): string {
  return blake2b(`set:v1|${entrypoint}|${params.param_id}`, 128);
}
