import { blake2b } from '../identities/blake2b.js';
import type { SimTask } from './sim-task.js';

/** The canonical id of a task, 32 hex digits. It leaves out `outputs`, `config` and `env`: see `resultKey`. */
export function taskId(task: Pick<SimTask, 'bundle_ref' | 'entrypoint' | 'params' | 'seed'>): string {
  return blake2b(`sim:v1|${task.bundle_ref}|${task.entrypoint}|${task.params.param_id}|${task.seed}`, 128);
}
