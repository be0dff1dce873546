import { limitsOf } from '../../contracts/bundle/limits-of.js';
import { OutcomeKind } from '../../contracts/result/outcome.js';
import { findJob } from '../../jobs/reading/find-job.js';
import { taskValues } from '../../jobs/reading/task-values.js';
import { retryTasks } from '../../jobs/submission/retry-tasks.js';
import { UsageError } from '../../reporting/usage-error.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { idStart } from '../id-start.js';
import { openJob } from '../open-job.js';
import { mustBeAllowed } from '../submit/must-be-allowed.js';
import { createProgress } from '../terminal/create-progress.js';
import type { Output } from '../terminal/output.js';
import { sentLine } from '../terminal/sent-line.js';
import { watchRemote } from '../terminal/watch-remote.js';

export interface RetryOptions {
  failed?: true;
  outcome: string[];
  where: string[];
  tasks: string[];
  pending?: true;
  /** False with --no-cache. */
  cache: boolean;
  run?: string;
  watch?: true;
  timeout?: number;
  memory?: number;
}

/** What `mops-cold retry` does. */
export async function retry(
  output: Output,
  context: CliContext,
  options: RetryOptions,
  [name = '']: (string | undefined)[],
): Promise<ExitCode> {
  const choice = {
    outcomes: options.outcome.length > 0 ? new Set(options.outcome.map(outcomeKind)) : undefined,
    values: taskValues(options.where, 'Cannot retry tasks --where'),
    starts: options.tasks.map((start) => idStart(start, 'retry')),
    pending: options.pending ?? false,
    noCache: !options.cache,
    limits: limitsOf({ timeout_seconds: options.timeout, memory_bytes: options.memory }),
    run: options.run,
  };
  const { storage, job } = await openJob(context, name, undefined);
  mustBeAllowed(context.env, storage.settings, [choice.limits], 'retry');
  const progress = createProgress(output.progress, 'Sending');
  const retried = await retryTasks(storage, job, choice, context.signal, (done, total) =>
    progress.update({ done, total }),
  ).finally(() => progress.end());
  const { job_id: jobId, run, tasks } = retried;
  if (run === null) {
    output.say(
      `Nothing to retry: no task of job ${jobId} is such. Succeeded ones are left out (--no-cache takes them), and those without an outcome (--pending).`,
    );
    output.document(retried);
    return exitCodes.done;
  }
  output.say(`Job ${jobId}, run ${run}: ${sentLine(retried, tasks)}`);
  if (!options.watch) {
    output.say(`Next: mops-cold watch ${jobId}`);
    output.document(retried);
    return exitCodes.done;
  }
  const found = await findJob(storage, jobId, undefined, context.signal);
  const status = await watchRemote(output, storage, found, context);
  output.document({ ...retried, status });
  return status.failed > 0 ? exitCodes.someTasksFailed : exitCodes.done;
}

function outcomeKind(text: string): OutcomeKind {
  const kind = OutcomeKind.safeParse(text);
  if (kind.success) return kind.data;
  throw new UsageError(
    `Cannot retry tasks with the outcome "${text}": it must be one of ${OutcomeKind.options.join(', ')}.`,
  );
}
