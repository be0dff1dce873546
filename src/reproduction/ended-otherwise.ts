import { differingFacts, type Provenance } from '../comparison/causes/differing-facts.js';
import type { TaskDifference, TaskEnd } from '../comparison/comparison.js';

/** How a task ended that did not succeed, or that it did; and what made it, where that is known. */
export interface End {
  /** Absent when it succeeded. */
  failed?: TaskEnd;
  provenance?: Provenance | undefined;
}

/** Whether two failures are the same: by their outcome and the type of their error. What an error says may name a file, or an address. */
export function sameFailure(
  { failed: one }: Pick<End, 'failed'>,
  { failed: other }: Pick<End, 'failed'>,
): boolean {
  return one?.outcome === other?.outcome && one?.error_type === other?.error_type;
}

/** What differs between two runs of a task of which at least one did not succeed. */
export function endedOtherwise(
  first: End,
  second: End,
): Pick<TaskDifference, 'first_ended' | 'ended' | 'outputs' | 'looked_at' | 'facts' | 'causes'> {
  return {
    ...(first.failed && { first_ended: first.failed }),
    ...(second.failed && { ended: second.failed }),
    ...{ outputs: [], looked_at: false, causes: [] },
    facts: first.provenance && second.provenance ? differingFacts(first.provenance, second.provenance) : [],
  };
}
