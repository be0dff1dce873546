import { readTask } from '../../jobs/reading/read-task.js';
import { taskHistory } from '../../jobs/reading/task-history.js';
import { taskNamed } from '../../jobs/reading/task-named.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { openJob } from '../open-job.js';
import type { Output } from '../terminal/output.js';
import { taskLines } from './task-lines.js';

/** What `mops-cold show` does. */
export async function show(
  output: Output,
  context: CliContext,
  { run }: { run?: string },
  [name = '', ...words]: (string | undefined)[],
): Promise<ExitCode> {
  const { storage, job } = await openJob(context, name, run);
  const { signal } = context;
  const taskId = await taskNamed(
    storage,
    job,
    words.filter((word) => word !== undefined),
    signal,
  );
  const history = await taskHistory(storage, job, { taskId, run }, signal);
  const task = history.standing ?? (await readTask(storage.jobs, job.scope.jobId, taskId, signal));
  for (const line of taskLines(job.scope.jobId, task, history)) output.say(line);
  output.document({
    job_id: job.scope.jobId,
    task_id: taskId,
    ...task,
    outcome: history.standing ?? null,
    outcomes: history.outcomes,
    interruptions: history.interruptions,
  });
  return exitCodes.done;
}
