import { addSeconds, type SummedSeconds } from '../add-seconds.js';
import { noCounts } from '../no-counts.js';
import type { ListedOutcome } from './listed-outcome.js';

/** Where the time of all of these went that tell of it. */
export function sumSeconds(outcomes: Iterable<Pick<ListedOutcome, 'seconds'>>): SummedSeconds {
  let sum: SummedSeconds = noCounts.seconds;
  for (const { seconds } of outcomes) if (seconds) sum = addSeconds(sum, { tasks: 1, ...seconds });
  return sum;
}
