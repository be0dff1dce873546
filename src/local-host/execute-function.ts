import { setTimeout as sleep } from 'node:timers/promises';
import type { HostTiming } from './host-timing.js';
import type { Logger } from './logger.js';
import type { InvocationRequest, InvocationResult } from './rpc.js';
import { EndedOnPurpose } from './worker/ended-on-purpose.js';
import type { WorkerPool } from './worker/worker-pool.js';

/** What every invocation needs. */
export interface ExecutionContext {
  readonly pool: WorkerPool;
  readonly functionTimeoutMs: number | null;
  readonly timing: HostTiming;
  readonly logger: Logger;
}

/** One invocation to run, and the message it is for. */
export interface Execution {
  readonly functionName: string;
  readonly request: InvocationRequest;
  readonly reason: string;
  readonly message?: { readonly messageId: string; readonly dequeueCount: number };
}

// Node's timers take no more (24.8 days).
const longestTimerMs = 2 ** 31 - 1;

/**
 * Runs one function. Never rejects: whatever goes wrong is a failed result. The clock of functionTimeout runs from
 * here, also while no worker is ready. When it is over the result is a failure, whatever the worker still answers; a
 * worker that has not answered 2 s later is replaced, and the failure is known when that is done.
 */
export async function executeFunction(
  context: ExecutionContext,
  execution: Execution,
): Promise<InvocationResult> {
  const { logger } = context;
  const { functionName, reason, message, request } = execution;
  const { invocationId } = request;
  const startedAt = Date.now();
  logger('info', `Executing 'Functions.${functionName}' (Reason='${reason}', Id=${invocationId})`, {
    type: 'invocation-started',
    functionName,
    invocationId,
    ...message,
  });

  const result = await answerInTime(context, execution);

  const durationMs = Date.now() - startedAt;
  const error = result.succeeded ? undefined : result.error.message;
  const end = result.succeeded ? 'Succeeded' : 'Failed';
  const details = result.succeeded ? '' : `: ${result.error.stack ?? result.error.message}`;
  const intended = result.succeeded || result.onPurpose === true;
  const text = `Executed 'Functions.${functionName}' (${end}, Id=${invocationId}, Duration=${durationMs}ms)${details}`;
  // The real host calls it an error, and has nothing by which to tell the two apart.
  logger(intended ? 'info' : 'error', text, {
    type: 'invocation-ended',
    functionName,
    invocationId,
    succeeded: result.succeeded,
    durationMs,
    ...(error === undefined ? {} : { error }),
  });
  return result;
}

/** `onPurpose`: the worker ended with it as it should, as for a withheld answer. */
type Answer = InvocationResult & { readonly onPurpose?: boolean };

async function answerInTime(context: ExecutionContext, execution: Execution): Promise<Answer> {
  const { pool, functionTimeoutMs, timing, logger } = context;
  const { functionName, request } = execution;
  const { invocationId } = request;
  const timeOver = new AbortController();
  const answer = pool.invoke(request, timeOver.signal).catch(
    (error: unknown): Answer => ({
      ...failed(invocationId, error instanceof Error ? error.message : String(error)),
      onPurpose: error instanceof EndedOnPurpose,
    }),
  );
  if (functionTimeoutMs === null) return answer;

  const stopClock = new AbortController();
  const limit = sleep(Math.min(functionTimeoutMs, longestTimerMs), undefined, {
    signal: stopClock.signal,
  }).catch(() => undefined);
  const inTime = await Promise.race([answer, limit]);
  stopClock.abort();
  if (inTime) return inTime;

  const reason = `Timeout value of ${functionTimeoutMs} ms was exceeded by function: Functions.${functionName}`;
  logger('error', `${reason} (Id=${invocationId})`);
  timeOver.abort();
  const endOfGrace = new AbortController();
  const grace = sleep(timing.timeoutGraceMs, undefined, { signal: endOfGrace.signal }).catch(() => undefined);
  await Promise.race([answer, grace]);
  endOfGrace.abort();
  await pool.replaceIfRunning(invocationId);
  return failed(invocationId, reason);
}

function failed(invocationId: string, message: string): InvocationResult {
  return { invocationId, succeeded: false, error: { message } };
}
