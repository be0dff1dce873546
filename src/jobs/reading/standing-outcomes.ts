/** What is needed to compare outcomes of one task. */
export interface ComparableOutcome {
  /** An outcome, or `pending`. */
  outcome: string;
  cached: boolean | null;
}

/**
 * Of each task the outcome that stands. A task that ended several times (in several runs, or pushed several times without a
 * job) counts once: the run that made its result stands before one that found it made, both before a failure, and the later
 * before the earlier. This is what `status`, `verify` and `fetch` count, and what an index shows.
 */
export function standingOutcomes<
  Outcome extends ComparableOutcome & { taskId: string; recordedAt: Date | undefined },
>(outcomes: Iterable<Outcome>): Map<string, Outcome> {
  const standing = new Map<string, Outcome>();
  for (const outcome of outcomes) {
    const other = standing.get(outcome.taskId);
    if (other === undefined || stands(outcome, other)) standing.set(outcome.taskId, outcome);
  }
  return standing;
}

/** 3 the result's own run, 2 one that found it made, 1 a failure, 0 not ended. */
export function worthOf({ outcome, cached }: ComparableOutcome): number {
  if (outcome === 'pending') return 0;
  if (outcome !== 'succeeded') return 1;
  return cached ? 2 : 3;
}

type Dated = ComparableOutcome & { recordedAt: Date | undefined };

function stands(one: Dated, other: Dated): boolean {
  const difference = worthOf(one) - worthOf(other);
  if (difference !== 0) return difference > 0;
  return (one.recordedAt?.getTime() ?? 0) > (other.recordedAt?.getTime() ?? 0);
}
