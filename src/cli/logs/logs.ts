import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import type { FoundJob } from '../../jobs/reading/find-job.js';
import { followFailures } from '../../jobs/reading/follow-failures.js';
import { readFailedRecords } from '../../jobs/reading/read-failed-records.js';
import { readFailures } from '../../jobs/reading/read-failures.js';
import { taskHistory } from '../../jobs/reading/task-history.js';
import { taskNamed } from '../../jobs/reading/task-named.js';
import { StoppedHalfway } from '../../reporting/stopped-halfway.js';
import { UsageError } from '../../reporting/usage-error.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { openJob } from '../open-job.js';
import type { Output } from '../terminal/output.js';
import { followTask } from './follow-task.js';
import type { LogsOptions } from './logs-options.js';
import { showLog } from './show-log.js';

const mostRead = 5000;

/** What `mops-cold logs` does. */
export async function logs(
  output: Output,
  context: CliContext,
  { run, failed, oneOfEach, follow }: LogsOptions,
  [name = '', ...words]: (string | undefined)[],
): Promise<ExitCode> {
  const task = words.filter((word) => word !== undefined);
  if ((task.length === 0) === (failed === undefined))
    throw new UsageError(
      'Cannot show logs: name a task, as in `logs <job> beta=0.3 seed=7`, or give --failed for those of all that failed.',
    );
  if (oneOfEach && !failed)
    throw new UsageError('Cannot show one of each: --one-of-each goes with --failed.');
  const { storage, job } = await openJob(context, name, run);
  const { jobId } = job.scope;
  const show = (record: OutcomeRecord) => showLog(output, storage, record, { isOneOfMany: failed ?? false });

  if (!failed) {
    const taskId = await taskNamed(storage, job, task, context.signal);
    if (follow) {
      const { record, shown } = await followTask(output, storage, job, { taskId, run }, context.signal);
      await showLog(output, storage, record, { isOneOfMany: false, shown });
      return exitCodes.done;
    }
    const { standing } = await taskHistory(storage, job, { taskId, run }, context.signal);
    if (standing === undefined)
      throw new Error(
        `Cannot show the log of task ${taskId}: it has not ended, and its log is stored when it has. --follow shows it as it comes; \`mops-cold status ${jobId}\` says where the job stands.`,
      );
    await show(standing);
    return exitCodes.done;
  }
  if (follow) {
    let shown = 0;
    await followFailures(storage, job, context.signal, async (record, isNewKind) => {
      if (oneOfEach && !isNewKind) return;
      shown += 1;
      await show(record);
    }).catch((cause: unknown) => {
      if (!context.signal.aborted) throw cause;
      throw new StoppedHalfway(
        `The job ${jobId} goes on without you: \`mops-cold logs ${jobId} --failed --follow\` shows its failures again.`,
        { cause },
      );
    });
    if (shown === 0) output.say(`No task of job ${jobId} has failed.`);
    return shown > 0 ? exitCodes.someTasksFailed : exitCodes.done;
  }
  const records = oneOfEach
    ? await readExamples(storage, job, context.signal)
    : await readFailedRecords(storage, job, mostRead, context.signal);
  if (records.length === 0) output.say(`No task of job ${jobId} has failed.`);
  for (const record of records) await show(record);
  return records.length > 0 ? exitCodes.someTasksFailed : exitCodes.done;
}

/** The record of one task for each way in which tasks failed. */
async function readExamples(
  storage: Pick<JobStorage, 'jobs'>,
  job: FoundJob,
  signal: AbortSignal,
): Promise<OutcomeRecord[]> {
  const { groups } = await readFailures(storage, job, mostRead, signal);
  const examples: OutcomeRecord[] = [];
  for (const { task_id: taskId } of groups) {
    const { standing } = await taskHistory(storage, job, { taskId, run: job.scope.run }, signal);
    if (standing) examples.push(standing);
  }
  return examples;
}
