import { fewTasks } from '../../jobs/few-tasks.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import { type FilledCaches, filledCaches } from '../../jobs/reading/filled-caches.js';
import type { FoundJob } from '../../jobs/reading/find-job.js';
import { type IdenticalReplicates, identicalReplicates } from '../../jobs/reading/identical-replicates.js';
import type { JobStatus } from '../../jobs/reading/read-job-status.js';
import { type RefusedMessage, readRefused } from '../../jobs/reading/read-refused.js';
import { watchJob } from '../../jobs/reading/watch-job.js';
import { counted } from '../../reporting/counted.js';
import { formatDuration } from '../../reporting/format-duration.js';
import { createProgress } from './create-progress.js';
import { filledCacheLines } from './filled-cache-lines.js';
import type { Output } from './output.js';
import { parameterWords } from './parameter-words.js';
import { refusedLines } from './refused-lines.js';
import { replicateLines } from './replicate-lines.js';
import { statusLines, troubleOf } from './status-lines.js';

/** How a run ended. */
export type WatchedJob = JobStatus & {
  /** Absent of a job of more than 1,000 tasks: `fetch`, which looks at each of them, tells it. */
  identical_replicates?: IdenticalReplicates;
  /** Likewise. */
  filled_caches?: FilledCaches;
  refused_messages: RefusedMessage[];
};

/** How many refused messages are named. */
const mostRefused = 3;

/** Watches a run to its end: a bar, or lines where there is no terminal, and then how it ended. */
export async function watchWithProgress(
  output: Output,
  storage: Pick<JobStorage, 'jobs' | 'queue' | 'poisonQueue'>,
  job: FoundJob,
  signal: AbortSignal,
): Promise<WatchedJob> {
  const progress = createProgress(output.progress, job.scope.jobId);
  const named = new Set<string>();
  const status = await watchJob(storage, job, signal, async (now) => {
    const trouble = [
      sendingOf(now),
      now.building > 0 ? 'building an environment' : '',
      longestOf(now),
      now.no_progress[0] ? `no progress: ${now.no_progress[0]}` : '',
      troubleOf(now),
    ]
      .filter(Boolean)
      .join('; ');
    progress.update({
      done: now.ended,
      total: now.tasks ?? undefined,
      failed: now.failed,
      ...(trouble && { note: trouble }),
    });
    // At once, and not in the end: the job may wait for what was refused.
    if (now.refused.invalid + now.refused.poison <= named.size || named.size >= mostRefused) return;
    const { newest } = await readRefused(storage.jobs, now.submitted_at, mostRefused, signal);
    for (const { blob, reason } of newest
      .filter((one) => !named.has(one.blob))
      .slice(0, mostRefused - named.size)) {
      named.add(blob);
      progress.say(`${blob}: ${reason}`);
    }
  }).finally(() => progress.end());
  const seesAll = (status.tasks ?? 0) <= fewTasks;
  const replicates = seesAll ? await identicalReplicates(storage.jobs, job.scope, signal) : undefined;
  const caches = seesAll ? await filledCaches(storage.jobs, job.scope, signal) : undefined;
  const refused = await readRefused(storage.jobs, status.submitted_at, mostRefused, signal);
  const lines = [
    ...statusLines(status),
    ...refusedLines(refused, `which \`mops-cold status ${job.scope.jobId}\` lists`),
    ...(replicates ? replicateLines(replicates) : []),
    ...(caches ? cacheLines(caches) : []),
  ];
  for (const line of lines) output.say(line);
  return {
    ...status,
    ...(replicates && { identical_replicates: replicates }),
    ...(caches && { filled_caches: caches }),
    refused_messages: refused.newest,
  };
}

/** What has run for the longest time, once that is worth telling. */
function longestOf({ running }: JobStatus): string {
  const [first] = running.longest;
  const seconds = first ? (Date.now() - Date.parse(first.since)) / 1000 : 0;
  if (first === undefined || seconds < 10) return '';
  return `${running.tasks} run, ${parameterWords({ ...first.params, seed: first.seed })} for ${formatDuration(seconds)}`;
}

function cacheLines({ tasks, example }: FilledCaches): string[] {
  return example ? filledCacheLines(counted(tasks, 'task'), example) : [];
}

function sendingOf({ expansion }: JobStatus): string {
  if (expansion === null) return '';
  const { sent, of } = expansion;
  return sent === 0 ? 'the app has not begun to send its messages' : `sent ${sent} of ${of}`;
}
