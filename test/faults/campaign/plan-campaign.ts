import type { Fault } from '../faults/fault.js';
import { type Random, seededRandom } from '../seeded-random.js';

/** What a campaign is, all of it from its seed. */
export interface CampaignPlan {
  seed: number;
  tasks: number;
  faults: Fault[];
  instances: number;
  batchSize: number;
  recycleAfterTasks: number;
  /** For what is drawn while it runs. */
  random: Random;
}

export function planCampaign(seed: number, tasks: number, faults: readonly Fault[]): CampaignPlan {
  const random = seededRandom(seed);
  const chosen = random.several(faults, random.whole(2, 5));
  return {
    seed,
    tasks,
    faults: chosen,
    instances: random.whole(1, 2),
    batchSize: random.pick([1, 2, 4]),
    recycleAfterTasks: random.pick([0, 20, 60]),
    random,
  };
}
