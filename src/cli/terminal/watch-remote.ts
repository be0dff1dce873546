import { fewTasks } from '../../jobs/few-tasks.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import type { FoundJob } from '../../jobs/reading/find-job.js';
import { readFailures } from '../../jobs/reading/read-failures.js';
import { StoppedHalfway } from '../../reporting/stopped-halfway.js';
import type { CliContext } from '../cli-context.js';
import { failureGroupLines } from './failure-group-lines.js';
import type { Output } from './output.js';
import { type WatchedJob, watchWithProgress } from './watch-with-progress.js';

/** Failures that are read, and ways of failing that are shown: `errors` tells more. */
const [mostRead, mostShown] = [500, 3];

/**
 * Watches a job that an app elsewhere works off: whatever ends the watching, the job goes on.
 *
 * @param timeout seconds after which to give up
 * @throws StoppedHalfway after an interruption
 */
export async function watchRemote(
  output: Output,
  storage: Pick<JobStorage, 'jobs' | 'queue' | 'poisonQueue'>,
  job: FoundJob,
  context: Pick<CliContext, 'signal'>,
  timeout?: number,
): Promise<WatchedJob> {
  const { jobId } = job.scope;
  const late = timeout === undefined ? undefined : AbortSignal.timeout(timeout * 1000);
  const signal = late ? AbortSignal.any([context.signal, late]) : context.signal;
  try {
    const watched = await watchWithProgress(output, storage, job, signal);
    if (watched.failed > 0 && (watched.tasks ?? 0) > fewTasks)
      output.say(`Why tasks failed: mops-cold errors ${jobId}`);
    else if (watched.failed > 0) {
      const failures = await readFailures(storage, job, mostRead, context.signal);
      for (const line of failureGroupLines(failures, jobId, mostShown)) output.say(line);
      output.say('');
    }
    output.say(`Next: mops-cold fetch ${jobId}`);
    return watched;
  } catch (cause) {
    if (context.signal.aborted) {
      throw new StoppedHalfway(
        `The job ${jobId} goes on without you: \`mops-cold watch ${jobId}\` shows it again.`,
        { cause },
      );
    }
    if (!late?.aborted) throw cause;
    throw new Error(
      `The job ${jobId} has not ended within ${timeout} s (--timeout). It goes on; watch it again to see its end.`,
      { cause },
    );
  }
}
