import type { OutcomeRecord } from '../contracts/result/outcome-record.js';
import { answerFacts } from './answer-facts.js';
import { checkReuse } from './check-reuse.js';
import { counting } from './counting.js';
import type { DeliveryResult } from './delivery-result.js';
import { gatherInputs } from './gather-inputs.js';
import { Interrupted } from './interrupted.js';
import { LeakFound } from './leak-found.js';
import { outcomeRecord } from './outcome-record.js';
import type { LocalBundle, PythonEnvironment, RunReport } from './ports.js';
import { recordOutcome } from './record-outcome.js';
import { runLimits } from './run-limits.js';
import { runMetrics } from './run-metrics.js';
import type { SimulationContext } from './simulation-context.js';
import { storedResult } from './stored-result.js';
import { tableArtifacts } from './table-artifacts.js';
import type { TaskInvocation } from './task-invocation.js';

/** One try at a task: run it, store what it made, record how it ended, remove what it left. */
export async function attemptTask(
  context: SimulationContext,
  invocation: TaskInvocation,
  bundle: LocalBundle,
  environment: PythonEnvironment,
  signal: AbortSignal,
): Promise<DeliveryResult> {
  const request = {
    attempt: invocation.attempt,
    task: invocation.task,
    executor: invocation.executor,
    ...(invocation.task.check && { check: invocation.task.check }),
    ...(invocation.task.aggregate && {
      aggregate: await gatherInputs(context, invocation, invocation.task.aggregate, signal),
    }),
    bundle,
    environment,
    ...runLimits(context, bundle.metadata, invocation.task),
    fixedAddresses: invocation.fixedAddresses,
    cpuBaseline: invocation.cpuBaseline,
  };
  const { jobRun, taskId, task, attempt } = invocation;
  let printed: () => Promise<void> = async () => undefined;
  const onLog = (path: string) => {
    void printed(); // of a process that ended before the task began
    printed = context.followers?.printing(jobRun, taskId, attempt, path) ?? printed;
  };
  const begun = { task_id: taskId, params: task.params.values, seed: task.seed };
  const isOfRun = task.run !== undefined && !task.aggregate;
  const interruptedOr = (error: unknown) => {
    throw signal.aborted ? new Interrupted(invocation) : error;
  };
  const over = isOfRun ? context.progress?.begun(jobRun, begun) : undefined;
  const begunMs = invocation.stopwatch.elapsedMs();
  const ran = await invocation.stopwatch
    .time('run', () => context.executor.run({ ...request, onLog }, signal))
    .catch(interruptedOr)
    .finally(async () => {
      over?.();
      await printed();
    });
  const ranMs = invocation.stopwatch.elapsedMs() - begunMs;
  const cancelled = context.cancellations?.reasonFor(jobRun, taskId, task.params.param_id);
  // What it still wrote is kept, as after a limit.
  const report = ran.outcome === 'cancelled' && cancelled ? { ...ran, reason: cancelled } : ran;
  invocation.stopwatch.split('run', report.timings);
  const unkillable = [...report.leftovers.unkillable];
  let disposed: Promise<void> | undefined;
  const dispose = () => {
    disposed ??= report.dispose();
    return disposed;
  };
  let metrics: Record<string, number>;
  try {
    if (report.outcome === 'cancelled' && cancelled === undefined) {
      if (signal.aborted) throw new Interrupted(invocation);
      // Nobody asked for it: the process layer was ended from outside, which is no outcome of the task.
      throw new Error(
        `Cannot finish the attempt ${invocation.attempt} at task ${invocation.taskId}: its process layer was ended.`,
      );
    }
    if (isChecked(context, invocation, ranMs) && report.outcome !== 'cancelled') {
      const leak = await checkReuse(context, request, report, taskId, unkillable, signal).catch(
        interruptedOr,
      );
      if (leak !== undefined) throw new LeakFound(leak, unkillable);
    }
    const ended =
      report.outcome === 'succeeded'
        ? await succeed(context, invocation, report, environment)
        : await fail(context, invocation, report);
    metrics = { ...runMetrics(invocation, report), total_seconds: invocation.stopwatch.elapsedMs() / 1000 };
    const record = outcomeRecord(invocation, context.now(), {
      ...ended,
      ...(report.filledCaches.length > 0 && { filled_caches: report.filledCaches }),
      metrics,
    });
    // What is left of it nobody needs any more.
    await bothOrNeither(recordOutcome(context, invocation, record), dispose());
  } catch (error) {
    // Of a task that is done its answer tells them; of one that will be tried again, on another worker perhaps, nothing else would.
    if (!(error instanceof LeakFound) && unkillable.length > 0) context.leftBehind?.(unkillable);
    throw error;
  } finally {
    await dispose();
  }
  return {
    outcome: report.outcome,
    subject: `${invocation.jobRun.jobId}/${invocation.jobRun.run}/${invocation.taskId}`,
    reason: report.reason,
    cached: false,
    unkillable,
    ran: {
      executor: invocation.executor,
      startMethod: report.attestation?.start_method,
      metrics,
      errorType: report.error?.errorType,
      errorMessage: report.error?.message,
    },
  };
}

/** Two fresh runs that agree with each other and not with the reused one, and the one whose answer is stored. */
const runsOfLeak = 3;

/**
 * Whether a fresh process is to tell that the reused one of this task was right: only where the host does not end the invocation meanwhile,
 * and not again once a worker was lost with it.
 */
function isChecked(
  { guard, invocationMs = Number.POSITIVE_INFINITY }: SimulationContext,
  { executor, task, taskId, deliveries, stopwatch }: TaskInvocation,
  ranMs: number,
): boolean {
  if (executor !== 'isolated_warm' && executor !== 'forkserver') return false;
  if (guard === undefined || task.aggregate || task.check || !guard.checks(taskId)) return false;
  return deliveries === 1 && runsOfLeak * ranMs < invocationMs - stopwatch.elapsedMs();
}

type Ended = Pick<OutcomeRecord, 'outcome' | 'reason' | 'cached'> & Partial<OutcomeRecord>;

async function succeed(
  context: SimulationContext,
  invocation: TaskInvocation,
  report: RunReport,
  environment: PythonEnvironment,
): Promise<Ended> {
  const { results, records } = context;
  const [references, logsRef] = await invocation.stopwatch.time('upload', () =>
    bothOrNeither(
      results.putArtifacts(invocation.resultKey, invocation.attempt, report.artifacts),
      records.putLog(invocation.jobRun, invocation.taskId, invocation.attempt, report.log.path),
    ),
  );
  const { won, stored, reference } = await invocation.stopwatch.time('commit', () =>
    results.commit(
      storedResult(invocation, report, references, logsRef, context.now()),
      counting(invocation, async () => environment),
    ),
  );
  // Two deliveries of one task can run at the same time; the first result stands, of the other only its log is kept.
  if (!won) await results.discardAttempt(invocation.resultKey, invocation.attempt);
  return {
    outcome: 'succeeded',
    reason: '',
    cached: !won,
    result: reference,
    ...answerFacts(invocation, stored),
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

async function fail(
  context: SimulationContext,
  invocation: TaskInvocation,
  report: RunReport,
): Promise<Ended> {
  const { records } = context;
  const { jobRun, taskId, attempt } = invocation;
  const [references, logsRef] = await invocation.stopwatch.time('upload', () =>
    bothOrNeither(
      records.putPartial(jobRun, taskId, attempt, report.partial),
      records.putLog(jobRun, taskId, attempt, report.log.path),
    ),
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
      bundle_ref: invocation.task.bundle_ref,
      entrypoint: invocation.task.entrypoint,
      traceback,
      stderr_tail: report.stderrTail,
      exit_code: report.exit.code,
      signal: report.exit.signal,
    },
    logs_ref: logsRef,
    ...(report.partial.length > 0 ? { partial: tableArtifacts(report.partial, references) } : {}),
    ...(report.attestation ? { attestation: report.attestation } : {}),
  };
}
