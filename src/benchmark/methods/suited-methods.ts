import type { Method } from '../method.js';
import type { Workload } from '../workload.js';
import { allMethods } from './all-methods.js';

/** The methods that can run a workload here. @param say told of every other one, and why it cannot */
export function suitedMethods(workload: Workload, say: (line: string) => void): Method[] {
  return allMethods.filter(({ name, unsuited }) => {
    const why = unsuited?.(workload);
    if (why !== undefined) say(`The method ${name} is left out: ${why}`);
    return why === undefined;
  });
}
