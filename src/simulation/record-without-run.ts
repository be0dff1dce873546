import type { OutcomeKind } from '../contracts/result/outcome.js';
import { replicateDigest } from '../contracts/result/replicate-digest.js';
import type { DeliveryResult } from './delivery-result.js';
import { outcomeRecord } from './outcome-record.js';
import type { FoundResult } from './ports.js';
import type { SimulationContext } from './simulation-context.js';
import type { TaskInvocation } from './task-invocation.js';

/** Records how a task ended for which no process had to be started. */
export async function recordWithoutRun(
  context: SimulationContext,
  invocation: TaskInvocation,
  ended: { outcome: OutcomeKind; reason: string; found?: FoundResult },
): Promise<DeliveryResult> {
  const cached = ended.found !== undefined;
  const { outcome, reason, found } = ended;
  const record = outcomeRecord(invocation, context.now(), {
    outcome,
    reason,
    cached,
    metrics: { queue_wait_seconds: invocation.queuedMs / 1000 },
    ...(found
      ? {
          result: found.reference,
          replicate_digest: replicateDigest(invocation.task, invocation.executor, found.stored.outputs),
          attempt: found.stored.attempt,
          attestation: found.stored.attestation,
        }
      : { error: { error_type: outcome, message: reason, retryable: outcome === 'given-up' } }),
  });
  await invocation.stopwatch.time('record', () => context.records.recordOutcome(record));
  return {
    outcome,
    subject: `${invocation.jobRun.jobId}/${invocation.jobRun.run}/${invocation.taskId}`,
    reason,
    cached,
    unkillable: [],
  };
}
