import type { OutcomeKind } from '../contracts/result/outcome.js';
import { answerFacts } from './answer-facts.js';
import type { DeliveryResult } from './delivery-result.js';
import { outcomeRecord } from './outcome-record.js';
import type { FoundResult } from './ports.js';
import { recordOutcome } from './record-outcome.js';
import type { SimulationContext } from './simulation-context.js';
import type { TaskInvocation } from './task-invocation.js';

/**
 * Records how a task ended for which no process had to be started.
 *
 * @param ended.log a file on this machine that says more
 */
export async function recordWithoutRun(
  context: SimulationContext,
  invocation: TaskInvocation,
  ended: { outcome: OutcomeKind; reason: string; found?: FoundResult; log?: string | undefined },
): Promise<DeliveryResult> {
  const cached = ended.found !== undefined;
  const { outcome, reason, found, log } = ended;
  const { jobRun, taskId, attempt } = invocation;
  const logsRef = log && (await context.records.putLog(jobRun, taskId, attempt, log));
  const record = outcomeRecord(invocation, context.now(), {
    outcome,
    reason,
    cached,
    metrics: { queue_wait_seconds: invocation.queuedMs / 1000 },
    ...(found
      ? {
          result: found.reference,
          ...answerFacts(invocation, found.stored),
          attempt: found.stored.attempt,
          attestation: found.stored.attestation,
          ...(found.stored.logs_ref && { logs_ref: found.stored.logs_ref }),
        }
      : {
          ...(logsRef && { logs_ref: logsRef }),
          error: { error_type: outcome, message: reason, retryable: outcome === 'given-up' },
        }),
  });
  await recordOutcome(context, invocation, record);
  return {
    outcome,
    subject: `${jobRun.jobId}/${jobRun.run}/${taskId}`,
    reason,
    cached,
    unkillable: [],
  };
}
