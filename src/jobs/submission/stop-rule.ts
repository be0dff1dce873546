import type { TaskLine } from '../../contracts/job/task-line.js';
import type { StopRule } from '../../contracts/message/stop-rule.js';
import { UsageError } from '../../reporting/usage-error.js';
import { setSizes } from './set-sizes.js';

/** So many failures, or so large a share of all tasks, 0 to 1. */
export type Failures = { count: number } | { share: number };

/**
 * After how many failures a run with these tasks stops. A share is one of all tasks that it has, so that the first ones to end, which
 * may be few, decide nothing.
 *
 * @param given of the whole run, and of each parameter set
 * @throws UsageError where a share of parameter sets of different sizes is not one number
 */
export function stopRule(
  lines: readonly TaskLine[],
  { ofRun, ofSet }: { ofRun?: Failures | undefined; ofSet?: Failures | undefined },
): StopRule {
  return {
    ...(ofRun && { stop_after_failures: countOf(ofRun, lines.length) }),
    ...(ofSet && {
      stop_set_after_failures: 'count' in ofSet ? ofSet.count : countOf(ofSet, setSize(lines)),
    }),
  };
}

function countOf(failures: Failures, tasks: number): number {
  if ('count' in failures) return failures.count;
  // What 64-bit floats make of a share must not make one more of a whole number.
  return Math.max(1, Math.ceil(failures.share * tasks - 1e-9));
}

function setSize(lines: readonly TaskLine[]): number {
  const { least, most } = setSizes(lines);
  if (least === most) return least;
  throw new UsageError(
    `Cannot use a share with --stop-set-after-failures: the parameter sets have from ${least} to ${most} tasks. Give a number of failures.`,
  );
}
