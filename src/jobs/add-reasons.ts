import type { EndedAlike } from '../contracts/job/run-progress.js';
import { withoutNumbers } from './without-numbers.js';

/** Ways of failing that are kept; of more the rarest are dropped. */
const mostReasons = 20;

/** Why tasks failed, the commonest first: those that failed alike are added up. */
export function addReasons(reasons: Iterable<EndedAlike>): EndedAlike[] {
  const sums = new Map<string, EndedAlike>();
  for (const each of reasons) {
    const key = `${each.outcome} ${withoutNumbers(each.reason)}`;
    const tasks = (sums.get(key)?.tasks ?? 0) + each.tasks;
    sums.set(key, { ...(sums.get(key) ?? each), tasks });
  }
  return [...sums.values()].sort((a, b) => b.tasks - a.tasks).slice(0, mostReasons);
}
