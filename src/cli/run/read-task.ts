import { limitsOf } from '../../contracts/bundle/limits-of.js';
import { paramId } from '../../contracts/identities/param-id.js';
import { replicateSeed } from '../../contracts/identities/replicate-seed.js';
import { SimTask } from '../../contracts/task/sim-task.js';
import { violationOf } from '../../contracts/validation/violation-of.js';
import { parseSeeds } from '../../jobs/submission/parse-seeds.js';
import { UsageError } from '../../reporting/usage-error.js';
import { readEnv } from '../read-env.js';
import { readParams } from './read-params.js';
import type { TaskOptions } from './task-options.js';

/**
 * The one task that the options name.
 *
 * @throws UsageError
 */
export async function readTask(options: TaskOptions, bundleRef: string | undefined): Promise<SimTask> {
  const values = await readParams(options.param ?? [], options.paramsJson);
  const seeds = options.seed === undefined ? [replicateSeed(paramId(values), 0)] : parseSeeds(options.seed);
  if (seeds.length !== 1)
    throw new UsageError(`Cannot run the seeds "${options.seed}": one task has one seed.`);
  const env = readEnv(options.env);
  const parsed = SimTask.safeParse({
    bundle_ref: bundleRef,
    entrypoint: options.entrypoint,
    params: { values },
    seed: seeds[0],
    ...(env && { env }),
    ...limitsOf({ timeout_seconds: options.timeout, memory_bytes: options.memory }),
    ...(options.outputs !== undefined && { outputs: options.outputs.split(',').map((name) => name.trim()) }),
  });
  if (!parsed.success)
    throw new UsageError(`Cannot run this task: ${violationOf(parsed.error, 'The task').message}`);
  return parsed.data;
}
