import type { EndedAlike, RunCounts } from '../contracts/job/run-progress.js';
import type { OutcomeKind } from '../contracts/result/outcome.js';
import { addSeconds } from './add-seconds.js';
import { withoutNumbers } from './without-numbers.js';

/** Ways of failing that are kept; of more the rarest are dropped. */
const mostReasons = 20;

/** How the tasks of both have ended. */
export function addCounts(one: RunCounts, other: RunCounts): RunCounts {
  const outcomes = { ...one.outcomes };
  for (const [outcome, tasks] of Object.entries(other.outcomes) as [OutcomeKind, number][])
    outcomes[outcome] = (outcomes[outcome] ?? 0) + tasks;
  return {
    outcomes,
    cached: one.cached + other.cached,
    seconds: addSeconds(one.seconds, other.seconds),
    reasons: addReasons(one.reasons, other.reasons),
    last_outcome_at:
      [one.last_outcome_at, other.last_outcome_at].sort().findLast((at) => at !== null) ?? null,
  };
}

function addReasons(these: EndedAlike[], those: EndedAlike[]): EndedAlike[] {
  const sums = new Map<string, EndedAlike>();
  for (const each of [...these, ...those]) {
    const key = `${each.outcome} ${withoutNumbers(each.reason)}`;
    const tasks = (sums.get(key)?.tasks ?? 0) + each.tasks;
    sums.set(key, { ...(sums.get(key) ?? each), tasks });
  }
  return [...sums.values()].sort((a, b) => b.tasks - a.tasks).slice(0, mostReasons);
}
