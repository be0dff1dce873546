import { maxTasks } from '../../contracts/job/max-tasks.js';
import { Seed } from '../../contracts/task/seed.js';
import { UsageError } from '../../reporting/usage-error.js';

/**
 * Seeds as they are written on a command line: `1,2,3`, `1..10`, or both.
 *
 * @throws UsageError
 */
export function parseSeeds(text: string): bigint[] {
  const seeds: bigint[] = [];
  for (const part of text.split(',')) {
    const match = /^\s*(\d+)(?:\.\.(\d+))?\s*$/.exec(part);
    if (!match?.[1])
      throw new UsageError(
        `Cannot read the seeds "${text}": "${part}" is neither a whole number nor a range such as 1..10.`,
      );
    const first = seedOf(match[1]);
    const last = match[2] === undefined ? first : seedOf(match[2]);
    if (last < first)
      throw new UsageError(`Cannot read the seeds "${text}": the range ${part.trim()} runs backwards.`);
    if (last - first >= BigInt(maxTasks)) {
      throw new UsageError(
        `Cannot use the seeds "${text}": the range ${part.trim()} has more than ${maxTasks} seeds.`,
      );
    }
    for (let seed = first; seed <= last; seed += 1n) seeds.push(seed);
  }
  return seeds;
}

function seedOf(digits: string): bigint {
  const seed = Seed.safeParse(BigInt(digits));
  if (!seed.success)
    throw new UsageError(`Cannot use the seed ${digits}: seeds go from 0 to 18446744073709551615.`);
  return seed.data;
}
