import { whoever } from '../../client/whoever.js';
import { taskValues } from '../../jobs/reading/task-values.js';
import { cancelTasks } from '../../jobs/submission/cancel-tasks.js';
import { counted } from '../../reporting/counted.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { idStart } from '../id-start.js';
import { openJob } from '../open-job.js';
import type { Output } from '../terminal/output.js';

export interface CancelOptions {
  where: string[];
  tasks: string[];
}

/** What `mops-cold cancel` does. */
export async function cancel(
  output: Output,
  context: CliContext,
  options: CancelOptions,
  [name = '']: (string | undefined)[],
): Promise<ExitCode> {
  const choice = {
    values: taskValues(options.where, 'Cannot cancel tasks --where'),
    starts: options.tasks.map((start) => idStart(start, 'cancel')),
    by: whoever(),
  };
  const { storage, job } = await openJob(context, name, undefined);
  const cancelled = await cancelTasks(storage, job, choice, context.signal);
  const { job_id: jobId, tasks } = cancelled;
  if (tasks === 0) output.say(`Nothing to cancel: of job ${jobId} every task that is meant has ended.`);
  else {
    output.say(
      `Cancelled ${tasks === null ? 'all tasks' : counted(tasks, 'task')} of job ${jobId}. Those that run end within seconds; those that wait are recorded as cancelled when their message comes.`,
    );
    output.say(`Next: mops-cold status ${jobId}`);
  }
  output.document(cancelled);
  return exitCodes.done;
}
