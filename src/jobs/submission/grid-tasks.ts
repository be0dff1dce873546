import { BundleRef } from '../../contracts/bundle/bundle-ref.js';
import { paramId } from '../../contracts/identities/param-id.js';
import { replicateSeed } from '../../contracts/identities/replicate-seed.js';
import { maxTasks } from '../../contracts/job/max-tasks.js';
import type { ParameterSetEntry } from '../../contracts/job/parameter-set-entry.js';
import { parseGrid } from '../../contracts/job/parse-grid.js';
import type { Sampling } from '../../contracts/job/sampling.js';
import { Entrypoint } from '../../contracts/task/entrypoint.js';
import type { SimTask } from '../../contracts/task/sim-task.js';
import { asUsage } from '../../reporting/as-usage.js';
import { UsageError } from '../../reporting/usage-error.js';
import { parseSeeds } from './parse-seeds.js';
import { sampleSets } from './sampling/sample-sets.js';

type ParameterSet = ParameterSetEntry['params'];

export interface Sweep {
  entrypoint: string;
  bundleRef: string;
  /** Seeds for every parameter set; without them each set has `replicates` of its own, derived from its id. */
  seeds: string | undefined;
  replicates: number;
}

export interface Grid extends Sweep {
  /** `x=1,2,3`, one for each parameter. */
  axes: string[];
  /** What else each point of the grid is given. */
  sampling?: Sampling | undefined;
}

/** The tasks of a grid, and of samples for each of its points, that were given on the command line. */
export function gridTasks({ axes, sampling, ...sweep }: Grid): SimTask[] {
  const points = asUsage('Cannot use this grid', () => parseGrid(axes));
  const samples = sampling && asUsage('Cannot sample', () => sampleSets(sampling));
  const sets = samples === undefined ? points : crossed(points, samples);
  return sweepTasks(
    sets.map((params) => ({ params })),
    sweep,
  );
}

/** Each point of the grid with each sample. */
function crossed(points: ParameterSet[], samples: ParameterSet[]): ParameterSet[] {
  const [sample = {}] = samples;
  const twice = Object.keys(points[0] ?? {}).find((name) => Object.hasOwn(sample, name));
  if (twice !== undefined)
    throw new UsageError(
      `Cannot use --grid ${twice}=…: the parameter has a --range, too. Leave one of them out.`,
    );
  if (points.length * samples.length > maxTasks)
    throw new UsageError(
      `Cannot make ${points.length * samples.length} parameter sets: at most ${maxTasks} are possible. Split it.`,
    );
  return points.flatMap((point) => samples.map((set) => Object.assign({}, point, set)));
}

/** The tasks of parameter sets: one for a set with a seed of its own, otherwise one for each seed or replicate. */
export function sweepTasks(
  sets: ParameterSetEntry[],
  { entrypoint, bundleRef, seeds, replicates }: Sweep,
): SimTask[] {
  const checked = Entrypoint.safeParse(entrypoint);
  if (!checked.success)
    throw new UsageError(`Cannot use the entrypoint: it ${checked.error.issues[0]?.message ?? 'is wrong'}.`);
  const bundle = BundleRef.safeParse(bundleRef);
  if (!bundle.success)
    throw new UsageError(`Cannot use the bundle: it ${bundle.error.issues[0]?.message ?? 'is wrong'}.`);

  const fixed = seeds === undefined ? undefined : parseSeeds(seeds);
  const each = fixed?.length ?? replicates;
  const count = sets.reduce((sum, { seed }) => sum + (seed === undefined ? each : 1), 0);
  if (count > maxTasks)
    throw new UsageError(
      `Cannot make one job of ${count} tasks: at most ${maxTasks} are possible. Split it.`,
    );
  return sets.flatMap(({ params: values, seed: given }) => {
    const param_id = paramId(values);
    const own =
      given !== undefined
        ? [given]
        : (fixed ?? Array.from({ length: replicates }, (_, index) => replicateSeed(param_id, index)));
    return own.map((seed) => ({
      bundle_ref: bundle.data,
      entrypoint: checked.data,
      params: { param_id, values },
      seed,
    }));
  });
}
