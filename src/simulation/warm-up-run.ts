import { paramId } from '../contracts/identities/param-id.js';
import type { SimTask } from '../contracts/task/sim-task.js';
import { newAttempt } from './new-attempt.js';
import type { LocalBundle, PythonEnvironment, RunRequest } from './ports.js';
import { runLimits } from './run-limits.js';

/**
 * The run by which a bundle's warm-up is made before there is a task.
 *
 * @param app the limits of its tasks
 * @returns undefined when the bundle names none, or one that takes its entrypoint from the first task
 */
export function warmUpRun(
  app: Pick<
    RunRequest,
    'timeoutMs' | 'timeoutSetBy' | 'memoryLimitBytes' | 'threads' | 'fixedAddresses' | 'cpuBaseline'
  >,
  bundle: LocalBundle,
  environment: PythonEnvironment,
): RunRequest | undefined {
  const { entrypoint } = bundle.metadata.warm_up ?? {};
  if (entrypoint === undefined) return undefined;
  const { fixedAddresses, cpuBaseline } = app;
  const params = { param_id: paramId({}), values: {} };
  const task: SimTask = { bundle_ref: bundle.ref ?? bundle.digest, entrypoint, params, seed: 0n };
  return {
    attempt: newAttempt(),
    task,
    executor: 'cold',
    bundle,
    environment,
    ...(fixedAddresses !== undefined && { fixedAddresses }),
    ...(cpuBaseline !== undefined && { cpuBaseline }),
    ...runLimits(app, bundle.metadata, task),
  };
}
