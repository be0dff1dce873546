import { join } from 'node:path';
import type { FetchedJob } from '../../results/fetch/fetch-results.js';

/** How many kinds of failures are named. */
const shown = 3;

/** Why tasks of a job failed, the most frequent reasons first, each with the folder of one of them. */
export function failureLines({ failures, folder, index }: FetchedJob): string[] {
  const others = failures.length - shown;
  return [
    ...failures
      .slice(0, shown)
      .map(
        ({ outcome, reason, tasks, task_id }) =>
          `  ${tasks} ${outcome}: ${reason || 'no reason is known'} (as in ${join(folder, task_id)})`,
      ),
    ...(others > 0 ? [`  and ${others} more, in ${index.csv}`] : []),
  ];
}
