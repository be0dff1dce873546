import { deleteJob } from '../../jobs/removal/delete-job.js';
import { type Deletion, planDeletion } from '../../jobs/removal/plan-deletion.js';
import { counted } from '../../reporting/counted.js';
import { UsageError } from '../../reporting/usage-error.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { openJob } from '../open-job.js';
import { askForName } from '../terminal/ask-for-name.js';
import { createProgress } from '../terminal/create-progress.js';
import type { Output } from '../terminal/output.js';

/** What `mops-cold delete` does. */
export async function deleteIt(
  output: Output,
  context: CliContext,
  { yes }: { yes?: true },
  [name = '']: (string | undefined)[],
): Promise<ExitCode> {
  const { storage, job } = await openJob(context, name, undefined);
  const deletion = await planDeletion(storage, job, context.signal);
  const { jobId, waiting } = deletion;
  for (const line of plan(deletion)) output.note(line);
  if (!yes) await confirm(jobId, context);
  const progress = createProgress(output.progress, `Deleting ${jobId}`);
  const deleted = await deleteJob(storage, deletion, context.signal, (done) =>
    progress.update({ done, total: undefined }),
  ).finally(() => progress.end());
  output.say(`Deleted the job ${jobId}: ${counted(deleted.deleted, 'blob')}.`);
  if (deleted.cancellations_kept)
    output.note(
      waiting === null
        ? `Note: messages are in the queue, and some may be of this job. Each of them that comes leaves a record; the same command removes these when the queue is empty, and until then keeps what was cancelled of the job.`
        : `Note: ${counted(waiting, 'cancelled task waits', 'cancelled tasks wait')} in the queue, and what was cancelled of the job is kept until then, or they would run. Each leaves a record when its message comes; the same command removes these.`,
    );
  output.document(deleted);
  return exitCodes.done;
}

function plan({ jobId, tasks }: Deletion): string[] {
  return [
    `To be deleted: the job ${jobId}${tasks === null ? ', of which nobody wrote down what its tasks are' : `, ${counted(tasks, 'task')}`}: how they ended, their logs and partial outputs, in all runs.`,
    'Kept: results, which are shared with every job that has the same task (retention removes them), bundles, and refused messages.',
  ];
}

async function confirm(jobId: string, { stderr, signal }: CliContext): Promise<void> {
  if (!process.stdin.isTTY)
    throw new UsageError('Cannot ask whether to delete: this is no terminal. Give --yes.');
  const input = { input: process.stdin, output: stderr };
  if (!(await askForName(`Type ${jobId} to delete it: `, jobId, input, signal)))
    throw new Error(`Nothing was deleted: that was not ${jobId}.`);
}
