import type { RunCounts } from '../contracts/job/run-progress.js';
import type { OutcomeKind } from '../contracts/result/outcome.js';
import { addReasons } from './add-reasons.js';
import { addSeconds } from './add-seconds.js';

/** How the tasks of both have ended. */
export function addCounts(one: RunCounts, other: RunCounts): RunCounts {
  const outcomes = { ...one.outcomes };
  for (const [outcome, tasks] of Object.entries(other.outcomes) as [OutcomeKind, number][])
    outcomes[outcome] = (outcomes[outcome] ?? 0) + tasks;
  return {
    outcomes,
    cached: one.cached + other.cached,
    seconds: addSeconds(one.seconds, other.seconds),
    reasons: addReasons([...one.reasons, ...other.reasons]),
    last_outcome_at:
      [one.last_outcome_at, other.last_outcome_at].sort().findLast((at) => at !== null) ?? null,
  };
}
