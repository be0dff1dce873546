import { setTimeout as sleep } from 'node:timers/promises';
import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import type { JobStorage } from '../job-storage.js';
import type { FoundJob } from './find-job.js';
import { type JobStatus, readJobStatus } from './read-job-status.js';
import { taskHistory } from './task-history.js';

const pauseMs = { least: 500, most: 5_000 };

/**
 * Waits until a task has ended: twice a second at first, and every five seconds in the end.
 *
 * @param onWaiting where its job stands, at each look at which it has not
 * @throws when the job has ended without it, and the signal's reason when it is aborted first
 */
export async function awaitTask(
  storage: Pick<JobStorage, 'jobs' | 'queue' | 'poisonQueue'>,
  job: FoundJob,
  task: { taskId: string; run: string | undefined },
  signal: AbortSignal,
  onWaiting: (status: JobStatus) => void | Promise<void>,
): Promise<OutcomeRecord> {
  const { taskId } = task;
  // It has an outcome already, and is to have another one.
  const again = task.run ?? job.retries.find(({ tasks }) => tasks.has(taskId))?.run;
  for (let pause = pauseMs.least; ; pause = Math.min(pauseMs.most, pause * 1.2)) {
    // Before its outcome is looked for: a job that ends in between has it.
    const status = await readJobStatus(storage, job, signal);
    const { standing, outcomes } = await taskHistory(storage, job, task, signal);
    if (standing && (again === undefined || outcomes.some(({ run }) => run === again))) return standing;
    if (status.pending === 0)
      throw new Error(
        `Cannot follow the task ${taskId}: the job ${job.scope.jobId} has ended without it, as one that is cancelled before all is sent. \`mops-cold retry ${job.scope.jobId}\` runs what was left out.`,
      );
    await onWaiting(status);
    await sleep(pause, undefined, { signal });
  }
}
