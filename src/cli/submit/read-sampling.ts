import { maxTasks } from '../../contracts/job/max-tasks.js';
import type { Sampling } from '../../contracts/job/sampling.js';
import { UsageError } from '../../reporting/usage-error.js';
import type { TaskSetOptions } from './submit-options.js';

/**
 * How parameter sets are to be drawn; undefined when they are not.
 *
 * @throws UsageError when the options do not go together
 */
export function readSampling({
  lhs,
  sobol,
  range = [],
  samplingSeed,
  verb = 'submit',
}: TaskSetOptions): Sampling | undefined {
  const count = lhs ?? sobol;
  if (count === undefined) {
    if (range.length > 0)
      throw new UsageError(
        `Cannot ${verb}: a --range is sampled, so say how: --lhs or --sobol with the number of parameter sets. Steps are given with --grid name=first:last:step.`,
      );
    if (samplingSeed !== undefined)
      throw new UsageError('Cannot use --sampling-seed without --lhs or --sobol: leave it out.');
    return undefined;
  }
  if (lhs !== undefined && sobol !== undefined)
    throw new UsageError('Cannot use --lhs and --sobol together: leave one of them out.');
  if (range.length === 0)
    throw new UsageError(`Cannot ${verb}: give a --range name=low:high for each parameter that is sampled.`);
  if (count > maxTasks)
    throw new UsageError(`Cannot ${verb} ${count} samples: at most ${maxTasks} are possible in one job.`);
  const method = sobol === undefined ? 'latin-hypercube' : 'sobol';
  return { method, count, seed: samplingSeed ?? 0n, ranges: range };
}
