import type { CpuBaseline } from '../../contracts/environment/cpu-baseline.js';
import { thisMachine } from '../report/this-machine.js';
import { whyOutOfReach } from './why-out-of-reach.js';

/** Why tasks on this machine cannot be held to a baseline, as one sentence; undefined when they can. */
export async function baselineProblem(baseline: CpuBaseline): Promise<string | undefined> {
  return whyOutOfReach(baseline, await thisMachine(), {
    platform: process.platform,
    architecture: process.arch,
  });
}
