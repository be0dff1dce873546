import type { CpuBaseline } from '../environment/cpu-baseline.js';
import { blake2b } from '../identities/blake2b.js';
import { canonicalJson } from '../json/canonical-json.js';
import type { CheckRequest } from './check-request.js';
import type { RunExecutor } from './executor.js';
import type { SimTask } from './sim-task.js';
import { taskId } from './task-id.js';

/**
 * Where a task's result lives, 32 hex digits: its task id and whatever else can change what it returns. So
 * two different tasks never share a result, a warm run never stands in for a cold one, one on two threads never for
 * one on a single thread, one with addresses drawn anew never for one with fixed ones, and none for one that was held to
 * other instruction sets.
 *
 * @param app how the app runs its tasks. Of threads what it lets one use: a bundle that says it itself has one answer already, by
 * its digest.
 */
export function resultKey(
  task: SimTask & { check?: CheckRequest },
  executor: RunExecutor,
  app: { threads?: number; fixedAddresses?: boolean; cpuBaseline?: CpuBaseline } = {},
): string {
  const { threads = 1, fixedAddresses = false, cpuBaseline = 'native' } = app;
  const more = {
    ...(task.check && { check: task.check }),
    ...(task.outputs && { outputs: task.outputs }),
    ...(task.config && { config: task.config }),
    ...(task.env && Object.keys(task.env).length > 0 && { env: task.env }),
    ...(executor !== 'cold' && { executor }),
    ...(threads !== 1 && { threads: String(threads) }),
    ...(fixedAddresses && { fixed_addresses: true }),
    ...(cpuBaseline !== 'native' && { cpu_baseline: cpuBaseline }),
  };
  return keyOf(taskId(task), more);
}

/** The result key of a cold task on one thread without outputs, config and env, which its task id alone determines. */
export function plainResultKey(id: string): string {
  return keyOf(id, {});
}

function keyOf(id: string, more: object): string {
  const suffix = Object.keys(more).length > 0 ? `|${canonicalJson(more)}` : '';
  return blake2b(`result:v1|${id}${suffix}`, 128);
}
