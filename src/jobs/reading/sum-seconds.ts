import { TaskSeconds } from '../../contracts/result/task-seconds.js';
import type { ListedOutcome } from './listed-outcome.js';

/** Where the time of several tasks went: seconds of each stage, added up. */
export interface SummedSeconds extends TaskSeconds {
  /** Those that ran in a process, and tell of it. */
  tasks: number;
}

export function sumSeconds(outcomes: Iterable<Pick<ListedOutcome, 'seconds'>>): SummedSeconds {
  const stages = Object.keys(TaskSeconds.shape) as (keyof TaskSeconds)[];
  const sum = { tasks: 0, ...(Object.fromEntries(stages.map((stage) => [stage, 0])) as TaskSeconds) };
  for (const { seconds } of outcomes) {
    if (seconds === undefined) continue;
    sum.tasks += 1;
    for (const stage of stages) sum[stage] += seconds[stage];
  }
  return sum;
}
