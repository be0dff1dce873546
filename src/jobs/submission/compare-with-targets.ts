import type { TaskLine } from '../../contracts/job/task-line.js';
import { setId } from '../../contracts/task/set-id.js';
import { UsageError } from '../../reporting/usage-error.js';

/**
 * The tasks of a job whose parameter sets are compared with targets: each says how many replicates its set has.
 *
 * @param minReplicates so many are enough; of smaller sets all are needed
 * @returns the tasks, and how many sets they are
 * @throws UsageError when no set has as many
 */
export function compareWithTargets(
  lines: TaskLine[],
  targets: string[],
  minReplicates: number | undefined,
): { lines: TaskLine[]; sets: number } {
  const sizes = new Map<string, number>();
  for (const { message } of lines) sizes.set(setId(message), (sizes.get(setId(message)) ?? 0) + 1);
  const largest = [...sizes.values()].reduce((most, size) => Math.max(most, size), 0);
  if (minReplicates !== undefined && minReplicates > largest)
    throw new UsageError(
      `Cannot use --min-replicates ${minReplicates}: no parameter set has more than ${largest}. Give at most as many.`,
    );
  const compared = lines.map((line) => {
    const replicates = sizes.get(setId(line.message)) ?? 1;
    const least = minReplicates === undefined ? undefined : Math.min(minReplicates, replicates);
    const replicate_set = { replicates, targets, ...(least !== undefined && { min_replicates: least }) };
    return { ...line, message: { ...line.message, replicate_set } };
  });
  return { lines: compared, sets: sizes.size };
}
