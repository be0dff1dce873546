import type { ParameterSetEntry } from '../contracts/job/parameter-set-entry.js';
import { parseJson } from '../contracts/json/parse-json.js';
import { stringifyJson } from '../contracts/json/stringify-json.js';
import { ParameterValues } from '../contracts/task/parameter-values.js';
import { SimTask } from '../contracts/task/sim-task.js';
import { violationOf } from '../contracts/validation/violation-of.js';
import { sweepTasks } from '../jobs/submission/grid-tasks.js';
import { asUsage } from '../reporting/as-usage.js';
import { UsageError } from '../reporting/usage-error.js';
import type { ParameterSet, TaskOptions } from './job-options.js';
import { Float, type Parameters, toScalars } from './parameters.js';

/**
 * The tasks of parameter sets, in their order: one for a set with a seed of its own, otherwise one for each seed or replicate.
 *
 * @throws UsageError
 */
export function planSweep(
  bundleRef: string,
  entrypoint: string,
  params: Iterable<ParameterSet>,
  { seeds, replicates, outputs, config, env }: TaskOptions,
): SimTask[] {
  if (seeds !== undefined && replicates !== undefined)
    throw new UsageError(
      'Cannot use seeds and replicates together: replicates derive the seeds. Leave one out.',
    );
  if (replicates !== undefined && !(Number.isInteger(replicates) && replicates >= 1))
    throw new UsageError(`Cannot make ${replicates} replicates: it must be a whole number, at least 1.`);
  const fixed = seeds === undefined ? undefined : [...seeds].map(checkedSeed);
  const sets = [...params].flatMap((set) => {
    const { values, seed } = partsOf(set);
    const entry: ParameterSetEntry = { params: checkedValues(toScalars(values)) };
    if (seed !== undefined) return [{ ...entry, seed: checkedSeed(seed) }];
    return fixed ? fixed.map((each) => ({ ...entry, seed: each })) : [entry];
  });
  if (sets.length === 0)
    throw new UsageError(
      'Cannot submit: there is no task. Give at least one parameter set; [{}] is one without parameters.',
    );
  const more = {
    ...(outputs && outputs.length > 0 && { outputs: [...outputs] }),
    ...(config && {
      config: asUsage('Cannot use the config', () => parseJson(stringifyJson(config), 'The config')),
    }),
    ...(env && { env: { ...env } }),
  };
  const tasks = sweepTasks(sets, { entrypoint, bundleRef, seeds: undefined, replicates: replicates ?? 1 });
  const checked = SimTask.safeParse({ ...tasks[0], ...more });
  if (!checked.success)
    throw new UsageError(`Cannot submit: ${violationOf(checked.error, 'A task').message}`);
  const common = { ...checked.data, params: undefined, seed: undefined };
  return tasks.map(({ params: own, seed }) => ({ ...common, params: own, seed }));
}

function partsOf(set: ParameterSet): { values: Parameters; seed: number | bigint | undefined } {
  if (isWithSeed(set)) return { values: set.params, seed: set.seed };
  if (Object.hasOwn(set, 'seed'))
    throw new UsageError(
      'Cannot use "seed" as a parameter: write { params: {…}, seed: … }, or give seeds for all sets.',
    );
  return { values: set as Parameters, seed: undefined };
}

function isWithSeed(set: ParameterSet): set is { params: Parameters; seed?: number | bigint } {
  return (
    typeof set.params === 'object' &&
    !(set.params instanceof Float) &&
    Object.keys(set).every((name) => ['params', 'seed'].includes(name))
  );
}

function checkedSeed(seed: number | bigint): bigint {
  const isWhole = typeof seed === 'bigint' || Number.isSafeInteger(seed);
  if (isWhole && seed >= 0 && BigInt(seed) < 2n ** 64n) return BigInt(seed);
  throw new UsageError(
    `Cannot use the seed ${seed}: it must be a whole number from 0 to 2^64−1, a BigInt where a number does not hold it exactly.`,
  );
}

function checkedValues(values: ReturnType<typeof toScalars>): ParameterSetEntry['params'] {
  const checked = ParameterValues.safeParse(values);
  if (checked.success) return checked.data;
  throw new UsageError(`Cannot submit: ${violationOf(checked.error, 'The parameters').message}`);
}
