import { paramId } from '../contracts/identities/param-id.js';
import type { CheckRequest } from '../contracts/task/check-request.js';
import type { SimTask } from '../contracts/task/sim-task.js';
import type { CheckedNames } from './checked-names.js';

/** A task that tries a bundle out. Its entrypoint, parameters and seed mean nothing. */
export function checkTask(
  bundleRef: string,
  { env, ...checked }: CheckedNames,
  id: string,
): SimTask & { check: CheckRequest } {
  return {
    bundle_ref: bundleRef,
    entrypoint: checked.entrypoints[0] ?? 'bundle.check/preflight',
    params: { param_id: paramId({}), values: {} },
    seed: 0n,
    ...(env && { env }),
    check: { id, ...checked },
  };
}
