import { TaskSeconds } from '../contracts/result/task-seconds.js';

/** Where the time of several tasks went: seconds of each stage, added up. */
export interface SummedSeconds extends TaskSeconds {
  /** Those that ran in a process, and tell of it. */
  tasks: number;
}

const stages = ['tasks', ...(Object.keys(TaskSeconds.shape) as (keyof TaskSeconds)[])] as const;

/** The sum of both, stage by stage. */
export function addSeconds(one: SummedSeconds, other: SummedSeconds): SummedSeconds {
  return Object.fromEntries(
    stages.map((stage) => [stage, one[stage] + other[stage]]),
  ) as unknown as SummedSeconds;
}
