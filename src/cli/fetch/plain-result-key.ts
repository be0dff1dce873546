import { blake2b } from '../../contracts/blake2b.js';

/** The result key of a cold task without outputs, config and env, which its task id alone determines. See `resultKey`. */
export function plainResultKey(taskId: string): string {
  return blake2b(`result:v1|${taskId}`, 128);
}
