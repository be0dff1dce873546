import { createHash } from 'node:crypto';
import { parse, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { timeoutSetBy } from '../../config/timeout-set-by.js';
import { type OpenStorage, openStorage } from '../../connections/open-storage.js';
import { resultKey } from '../../contracts/task/result-key.js';
import { checkWritable } from '../../files/check-writable.js';
import { findJob } from '../../jobs/reading/find-job.js';
import { lastRun } from '../../jobs/reading/last-run.js';
import { verifyJob } from '../../jobs/reading/verify-job.js';
import { newRunId } from '../../jobs/submission/new-run-id.js';
import { type LocalApp, withLocalApp } from '../../local-app/with-local-app.js';
import { counted } from '../../reporting/counted.js';
import { StoppedHalfway } from '../../reporting/stopped-halfway.js';
import type { CliContext } from '../cli-context.js';
import { hostLog } from '../demo/host-log.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { fetchWithProgress } from '../fetch/fetch-with-progress.js';
import { noProxyHere } from '../no-proxy-here.js';
import { storageFolder } from '../storage-folder.js';
import { planSubmission } from '../submit/plan-submission.js';
import { provideBundle } from '../submit/provide-bundle.js';
import type { ReadSubmission } from '../submit/read-submission.js';
import { sendPlan } from '../submit/send-plan.js';
import { failureLines } from '../terminal/failure-lines.js';
import type { Output } from '../terminal/output.js';
import { verifyLines } from '../terminal/verify-lines.js';
import { watchWithProgress } from '../terminal/watch-with-progress.js';
import type { RunOptions } from './run-options.js';

/** A job whose tasks wait in its queue. */
interface QueuedJob {
  storage: OpenStorage;
  jobId: string;
  run: string;
}

/** Runs a whole job on this machine: storage in a folder, the app, and its results in the end. */
export async function runMany(
  output: Output,
  context: CliContext,
  options: RunOptions,
  file: string | undefined,
): Promise<ExitCode> {
  const { signal } = context;
  noProxyHere(process.env);
  const keptIn = resolve(options.storage ?? storageFolder);
  const to = options.to ?? './results';
  for (const folder of [keptIn, to]) await checkWritable(folder);
  const env = {
    ...context.env,
    ...(options.timeout !== undefined && {
      MODELOPS_TASK_TIMEOUT_SECONDS: String(options.timeout),
      [timeoutSetBy]: '--timeout',
    }),
    ...(options.memory !== undefined && { MODELOPS_MEM_LIMIT_BYTES: String(options.memory) }),
  };
  const logger = hostLog(options.verbose ? 'app' : 'errors', context.stderr);
  let job: QueuedJob | undefined;
  const app = {
    ...{ env, func: false, logger, keptIn, tasksAtOnce: options.tasksAtOnce },
    async prepare({ clientEnv }: { clientEnv: NodeJS.ProcessEnv }) {
      const client = { ...context, env: clientEnv };
      job = await queueJob(output, client, options, file);
      const { MODELOPS_QUEUE_NAME } = job.storage.settings;
      // Whoever wants tables makes them from what is kept: the app ends with the last task.
      return { MODELOPS_QUEUE_NAME, MODELOPS_JOB_TABLES_BYTES: '0' };
    },
  };
  try {
    return await withLocalApp(app, signal, async (running, stillHosted) => {
      if (job === undefined) throw new Error('Cannot watch the job: nothing was queued.');
      return watchToTheEnd(output, job, { running, keptIn, to }, stillHosted);
    });
  } catch (cause) {
    if (!signal.aborted) throw inOptions(cause, options);
    throw new StoppedHalfway(`What has ended is kept in ${keptIn}; the same command goes on with the rest.`, {
      cause,
    });
  }
}

/**
 * Sends what is still to do of a job to a queue of its own. The one run that was interrupted is continued; one that has ended is
 * followed by another, in which what failed runs again and the rest is there.
 */
async function queueJob(
  output: Output,
  client: CliContext,
  options: RunOptions,
  file: string | undefined,
): Promise<QueuedJob> {
  const plan = await planSubmission(output, client, options, file, nameOf);
  const { jobId } = plan;
  // Of its own, so that what an earlier command left in it can be removed whatever else is in storage.
  const MODELOPS_QUEUE_NAME = `run-${sha256(jobId).slice(0, 16)}`;
  const env = { ...client.env, MODELOPS_QUEUE_NAME };
  const storage = await openStorage(env);
  await provideBundle(storage, plan, options, { output, context: { ...client, env } });
  const last = await lastRun(storage, jobId, client.signal);
  const again = last !== undefined && last.pending === 0 && last.failed > 0;
  const uncached = !options.cache && (last?.pending === 0 || last?.noCache === false);
  // What was interrupted goes on under the limits that it began with, or else anew, where what has ended well is there.
  const others = last !== undefined && !isDeepStrictEqual(last.terms, { ...plan.limits, ...plan.stop });
  const run = again || uncached || others ? newRunId() : (last?.run ?? newRunId());
  await storage.queue.createIfNotExists();
  await storage.queue.clearMessages(); // also those that a killed app had taken, which would come back in ten minutes
  const submitted = await sendPlan(
    storage,
    plan,
    { ...options, run },
    { output, context: { ...client, env } },
  );
  const { sent, tasks } = submitted;
  const before = tasks - sent;
  const state = uncached
    ? ', all of them run'
    : again
      ? `; the ${last.failed} that failed run again`
      : before === 0
        ? ''
        : `; ${before === tasks ? 'all have ended' : `${before} have ended, the others go on`}`;
  output.say(`Job ${jobId}: ${counted(tasks, 'task')}${state}.`);
  return { storage, jobId, run };
}

async function watchToTheEnd(
  output: Output,
  { storage, jobId, run }: QueuedJob,
  { running, keptIn, to }: { running: LocalApp; keptIn: string; to: string },
  signal: AbortSignal,
): Promise<ExitCode> {
  const { tasksAtOnce } = running;
  output.note(
    `Running ${tasksAtOnce} at once (--tasks-at-once), with storage in ${keptIn}. After Ctrl-C the same command goes on.`,
  );
  const found = await findJob(storage, jobId, run, signal);
  const status = await watchWithProgress(output, storage, found, signal);
  const verified = await verifyJob(storage, found, signal);
  for (const line of verifyLines(verified)) output.say(line);
  // Of all runs: what an earlier one made is no worse for being there already.
  const job = { ...found, scope: { jobId, run: undefined } };
  const fetched = await fetchWithProgress(output, storage, job, to, signal);
  for (const line of failureLines(fetched)) output.say(line);
  for (const problem of fetched.problems) output.note(problem);
  output.document({ ...status, results: fetched, verified });
  if (verified.leaks.length > 0) return exitCodes.proofFailed;
  if (fetched.problems.length > 0) return exitCodes.couldNot;
  return status.failed > 0 ? exitCodes.someTasksFailed : exitCodes.done;
}

/** What reads the settings here names the one that the option set. */
function inOptions(error: unknown, { timeout }: RunOptions): unknown {
  const setting = 'MODELOPS_TASK_TIMEOUT_SECONDS';
  if (timeout === undefined || !(error instanceof Error) || !error.message.includes(setting)) return error;
  return new Error(error.message.replaceAll(setting, '--timeout'), { cause: error });
}

/** The same for the same tasks, so that the same command finds its job again. */
function nameOf({ source, tasks }: ReadSubmission): string {
  const name = parse(source)
    .name.replaceAll(/[^A-Za-z0-9_-]/g, '-')
    .replace(/^[_-]+/, '')
    .slice(0, 80);
  const keys = tasks.map((task) => resultKey(task, 'cold')).sort();
  return `${name || 'job'}-${sha256(keys.join('\n')).slice(0, 8)}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
