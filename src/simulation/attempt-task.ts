import type { OutcomeRecord } from '../contracts/result/outcome-record.js';
import type { Handled } from './handled.js';
import { Interrupted } from './interrupted.js';
import { outcomeRecord } from './outcome-record.js';
import type { LocalBundle, PythonEnvironment, RunReport } from './ports.js';
import { runLimits } from './run-limits.js';
import { runMetrics } from './run-metrics.js';
import type { SimulationContext } from './simulation-context.js';
import { storedResult } from './stored-result.js';
import type { TaskInHand } from './task-in-hand.js';

/** One try at a task: run it, store what it made, record how it ended, remove what it left. */
export async function attemptTask(
  context: SimulationContext,
  hand: TaskInHand,
  bundle: LocalBundle,
  environment: PythonEnvironment,
  signal: AbortSignal,
): Promise<Handled> {
  const request = {
    attempt: hand.attempt,
    task: hand.task,
    executor: hand.executor,
    ...(hand.task.check && { check: hand.task.check }),
    bundle,
    environment,
    ...runLimits(context, bundle.metadata),
  };
  const report = await hand.stopwatch
    .time('run', () => context.executor.run(request, signal))
    .catch((error: unknown) => {
      throw signal.aborted ? new Interrupted(hand) : error;
    });
  hand.stopwatch.split('run', report.timings);
  let metrics: Record<string, number>;
  try {
    if (report.outcome === 'cancelled') {
      if (signal.aborted) throw new Interrupted(hand);
      // Nobody asked for it: the process layer was ended from outside, which is no outcome of the task.
      throw new Error(
        `Cannot finish the attempt ${hand.attempt} at task ${hand.taskId}: its process layer was ended.`,
      );
    }
    const ended =
      report.outcome === 'succeeded'
        ? await succeed(context, hand, report)
        : await fail(context, hand, report);
    metrics = { ...runMetrics(hand, report), total_seconds: hand.stopwatch.elapsedMs() / 1000 };
    const record = outcomeRecord(hand, context.now(), { ...ended, metrics });
    await hand.stopwatch.time('record', () => context.records.recordOutcome(record));
  } finally {
    await report.dispose();
  }
  return {
    outcome: report.outcome,
    subject: `${hand.of.jobId}/${hand.of.run}/${hand.taskId}`,
    reason: report.reason,
    cached: false,
    unkillable: report.leftovers.unkillable,
    odd:
      report.leftovers.unkillable.length > 0
        ? `a task left processes that could not be killed: ${report.leftovers.unkillable.join(', ')}`
        : '',
    ran: {
      executor: hand.executor,
      startMethod: report.attestation?.start_method,
      metrics,
      errorType: report.error?.errorType,
      errorMessage: report.error?.message,
    },
  };
}

type Ended = Pick<OutcomeRecord, 'outcome' | 'reason' | 'cached'> & Partial<OutcomeRecord>;

async function succeed(context: SimulationContext, hand: TaskInHand, report: RunReport): Promise<Ended> {
  const { results, records } = context;
  const [references, logsRef] = await hand.stopwatch.time('upload', () =>
    bothOrNeither(
      results.putArtifacts(hand.resultKey, hand.attempt, report.artifacts),
      records.putLog(hand.of, hand.taskId, hand.attempt, report.log.path),
    ),
  );
  const { won, stored } = await hand.stopwatch.time('commit', () =>
    results.commit(storedResult(hand, report, references, logsRef, context.now())),
  );
  // Two deliveries of one task can run at the same time; the first result stands, of the other only its log is kept.
  if (!won) await results.discardAttempt(hand.resultKey, hand.attempt);
  return {
    outcome: 'succeeded',
    reason: '',
    cached: !won,
    result: results.referenceOf(hand.resultKey),
    attempt: stored.attempt,
    attestation: stored.attestation,
    logs_ref: stored.logs_ref ?? logsRef,
  };
}

/** Settles when both have: a file that is being uploaded must not be removed because the other upload failed. */
async function bothOrNeither<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return [await first, await second];
}

async function fail(context: SimulationContext, hand: TaskInHand, report: RunReport): Promise<Ended> {
  const logsRef = await hand.stopwatch.time('upload', () =>
    context.records.putLog(hand.of, hand.taskId, hand.attempt, report.log.path),
  );
  const { errorType, message, traceback } = report.error ?? {
    errorType: report.outcome,
    message: report.reason,
    traceback: '',
  };
  return {
    outcome: report.outcome,
    reason: report.reason,
    cached: false,
    error: { error_type: errorType, message, retryable: false },
    error_details: {
      error: message,
      type: errorType,
      bundle_ref: hand.task.bundle_ref,
      entrypoint: hand.task.entrypoint,
      traceback,
      stderr_tail: report.stderrTail,
      exit_code: report.exit.code,
      signal: report.exit.signal,
    },
    logs_ref: logsRef,
    ...(report.attestation ? { attestation: report.attestation } : {}),
  };
}
