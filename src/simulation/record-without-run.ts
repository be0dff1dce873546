import type { OutcomeKind } from '../contracts/result/outcome.js';
import type { StoredResult } from '../contracts/result/stored-result.js';
import type { Handled } from './handled.js';
import { outcomeRecord } from './outcome-record.js';
import type { SimulationContext } from './simulation-context.js';
import type { TaskInHand } from './task-in-hand.js';

/** Records how a task ended for which no process had to be started. */
export async function recordWithoutRun(
  context: SimulationContext,
  hand: TaskInHand,
  ended: { outcome: OutcomeKind; reason: string; stored?: StoredResult },
): Promise<Handled> {
  const cached = ended.stored !== undefined;
  const { outcome, reason, stored } = ended;
  const record = outcomeRecord(hand, context.now(), {
    outcome,
    reason,
    cached,
    metrics: { queue_wait_seconds: hand.queuedMs / 1000 },
    ...(stored
      ? {
          result: context.results.referenceOf(hand.resultKey),
          attempt: stored.attempt,
          attestation: stored.attestation,
        }
      : { error: { error_type: outcome, message: reason, retryable: outcome === 'given-up' } }),
  });
  await hand.stopwatch.time('record', () => context.records.recordOutcome(record));
  return {
    outcome,
    subject: `${hand.of.jobId}/${hand.of.run}/${hand.taskId}`,
    reason,
    cached,
    unkillable: [],
    odd: '',
  };
}
