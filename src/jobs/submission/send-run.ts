import { gzipSync } from 'node:zlib';
import { createOnce } from '../../azure-backend/create-once.js';
import type { TaskLimits } from '../../contracts/bundle/task-limits.js';
import { mostSentHere } from '../../contracts/job/most-sent-here.js';
import type { PackedLines } from '../../contracts/job/packed-lines.js';
import type { RunManifest } from '../../contracts/job/run-manifest.js';
import { runTerms } from '../../contracts/job/run-terms.js';
import type { TaskLine } from '../../contracts/job/task-line.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import type { StopRule } from '../../contracts/message/stop-rule.js';
import { UsageError } from '../../reporting/usage-error.js';
import { runPath, runTasksPath } from '../job-paths.js';
import type { JobStorage } from '../job-storage.js';
import { listOutcomes } from '../reading/list-outcomes.js';
import { readRetry } from '../reading/read-retries.js';
import { readRunManifest } from '../reading/read-run-manifest.js';
import { askToExpand } from './ask-to-expand.js';
import { openExpansion } from './open-expansion.js';
import { sendTasks } from './send-tasks.js';
import { SubmissionStopped } from './submission-stopped.js';

export interface RunToSend {
  jobId: string;
  run: string;
  lines: TaskLine[];
  /** Where these lines lie already. */
  packed?: PackedLines | undefined;
  /** Among runs that the app sends, higher ones come first. */
  priority?: number | undefined;
  /** Whether these are not all tasks of the job. Default: they are. */
  retry?: boolean;
  /** Whether its tasks run although their results are stored. Default: they do not. */
  noCache?: boolean | undefined;
  /** Limits of all its tasks, in place of their own, and after how many failures it stops. A run that is there has its own. */
  terms?: (TaskLimits & StopRule) | undefined;
  traceparent: string;
}

export interface SentRun {
  run: string;
  continued: boolean;
  /** Messages that were sent here. */
  sent: number;
  /** Who sends them. */
  sent_by: 'app' | 'client';
}

/**
 * Opens a run of a job that is written down, and sends its messages; of a run that is there already, those of its tasks that
 * have not ended. Where there are more than 500, one message asks the app to send them, and goes on asking where it is there already.
 *
 * @param signal when aborted, the messages under way are still sent, and no others.
 * @param onProgress how many of how many messages have been sent
 * @throws SubmissionStopped on interruption or trouble in the middle.
 */
export async function sendRun(
  storage: Pick<JobStorage, 'jobs' | 'queue' | 'jobsQueue'>,
  { jobId, run, lines, packed, priority, retry = false, noCache, terms = {}, traceparent }: RunToSend,
  signal: AbortSignal,
  onProgress: (sent: number, total: number) => void = () => undefined,
): Promise<SentRun> {
  const { jobs } = storage;
  const jobRun = { jobId, run };
  const goOn = `give the same command again with ${retry ? '' : `--job-id ${jobId} `}--run ${run}.`;
  const handOver = () =>
    askToExpand(storage, jobRun).catch((cause: unknown) => {
      const why = cause instanceof Error ? ` ${cause.message}.` : '';
      throw new SubmissionStopped(
        `Wrote down job ${jobId}, run ${run}, and could not ask the app to send its messages.${why} To ask it, ${goOn}`,
        { cause },
      );
    });
  const opened = await readRunManifest(jobs, jobRun);
  if (opened) mustHaveTerms(opened, terms);
  if (opened?.sent_by === 'app') {
    await handOver();
    return { run, continued: true, sent: 0, sent_by: 'app' };
  }
  const chosen = opened?.tasks === undefined ? undefined : await readRetry(jobs, jobRun);
  const ended = new Set<string>();
  if (opened) for await (const { taskId } of listOutcomes(jobs, jobRun, signal)) ended.add(taskId);
  const toSend = lines.filter(({ task_id: id }) => !ended.has(id) && (chosen?.tasks.has(id) ?? true));
  signal.throwIfAborted();
  const ofRun = opened ? runTerms(opened) : { run, ...(noCache && { no_cache: true as const }), ...terms };
  const byApp = !opened && toSend.length > mostSentHere;
  if (!opened) {
    const manifest: RunManifest = {
      ...ofRun,
      submitted_at: new Date().toISOString(),
      messages: toSend.length,
      ...(retry && { tasks: toSend.length }),
      ...(byApp && { sent_by: 'app' as const }),
    };
    if (retry) {
      const ids = toSend.map(({ task_id: id }) => `${id}\n`).join('');
      await createOnce(jobs, runTasksPath(jobRun), gzipSync(ids), 'application/gzip');
    }
    // Before its manifest: where that says that the app sends the messages, no expansion means that all are sent.
    if (byApp) await openExpansion(storage, { jobId, lines: toSend, packed, priority, traceparent, ofRun });
    await createOnce(jobs, runPath(jobRun), stringifyJson(manifest), 'application/json');
  }
  if (byApp) {
    await handOver();
    return { run, continued: false, sent: 0, sent_by: 'app' };
  }
  let sent = 0;
  try {
    await sendTasks(storage, toSend, { ...ofRun, traceparent }, signal, () =>
      onProgress(++sent, toSend.length),
    );
  } catch (cause) {
    const why = signal.aborted || !(cause instanceof Error) ? '' : ` ${cause.message}.`;
    throw new SubmissionStopped(
      `Sent ${sent} of ${toSend.length} messages of job ${jobId}, run ${run}.${why} To send the rest, ${goOn}`,
      { cause },
    );
  }
  return { run, continued: opened !== undefined, sent, sent_by: 'client' };
}

/** A run goes on as it was opened: its tasks have the same limits, whenever they are sent. */
function mustHaveTerms(opened: RunManifest, given: TaskLimits & StopRule): void {
  const { run, no_cache, ...terms } = runTerms(opened);
  const others = Object.entries(given).some(([name, value]) => terms[name as keyof typeof given] !== value);
  if (!others) return;
  throw new UsageError(
    `Cannot go on with the run ${run} under other limits than those it was opened with (${stringifyJson(terms)}): leave them out, or send a new run.`,
  );
}
