import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import { readFailures } from '../../jobs/reading/read-failures.js';
import { readLog } from '../../jobs/reading/read-log.js';
import { taskHistory } from '../../jobs/reading/task-history.js';
import { taskNamed } from '../../jobs/reading/task-named.js';
import { UsageError } from '../../reporting/usage-error.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { openJob } from '../open-job.js';
import type { Output } from '../terminal/output.js';
import { parameterWords } from '../terminal/parameter-words.js';
import { shortId } from '../terminal/short-id.js';

const mostRead = 5000;

/** What `mops-cold logs` does. */
export async function logs(
  output: Output,
  context: CliContext,
  { run, failed, oneOfEach }: { run?: string; failed?: true; oneOfEach?: true },
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

  const show = async (record: OutcomeRecord): Promise<void> => {
    const text = record.logs_ref && (await readLog(storage.blobs, record.logs_ref));
    const head = `${shortId(record.task_id)} ${record.outcome}: ${parameterWords({ ...record.params, seed: record.seed })}`;
    if (failed) output.say(`── ${head}`);
    if (text === undefined || text === '')
      output.note(`Note: the task ${record.task_id} left no log, or it was removed.`);
    else output.say(text.replace(/\n$/, ''));
    // A log ends where the process did: that of Python's exception is told beside it.
    const traceback = record.error_details?.traceback ?? '';
    if (traceback !== '' && !text?.includes(traceback.trimEnd())) output.say(traceback.trimEnd());
    else if (record.reason !== '') output.say(record.reason);
    output.document({
      task_id: record.task_id,
      outcome: record.outcome,
      run: record.run,
      attempt: record.attempt,
      log: text ?? null,
      reason: record.reason,
      traceback,
    });
  };

  if (!failed) {
    const taskId = await taskNamed(storage, job, task, context.signal);
    const { standing } = await taskHistory(storage, job, { taskId, run }, context.signal);
    if (standing === undefined)
      throw new Error(
        `Cannot show the log of task ${taskId}: it has not ended, and its log is stored when it has. \`mops-cold status ${job.scope.jobId}\` says where the job stands.`,
      );
    await show(standing);
    return exitCodes.done;
  }
  const { groups, records } = await readFailures(storage, job, mostRead, context.signal);
  const chosen = oneOfEach ? groups.map(({ task_id: taskId }) => taskId) : [...records.keys()];
  if (chosen.length === 0) output.say(`No task of job ${job.scope.jobId} has failed.`);
  for (const taskId of chosen) {
    const record = records.get(taskId);
    if (record) await show(record);
  }
  return chosen.length > 0 ? exitCodes.someTasksFailed : exitCodes.done;
}
