import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import { awaitTask } from '../../jobs/reading/await-task.js';
import type { FoundJob } from '../../jobs/reading/find-job.js';
import { followLog, type ReadLog } from '../../jobs/reading/follow-log.js';
import { StoppedHalfway } from '../../reporting/stopped-halfway.js';
import type { Output } from '../terminal/output.js';
import { shortId } from '../terminal/short-id.js';

/** Waits for the end of a task, says what it waits for, and shows what the task prints meanwhile. */
export async function followTask(
  output: Output,
  storage: JobStorage,
  job: FoundJob,
  task: { taskId: string; run: string | undefined },
  signal: AbortSignal,
): Promise<{ record: OutcomeRecord; shown: ReadLog | undefined }> {
  const { jobId } = job.scope;
  const { taskId } = task;
  const run =
    task.run ?? job.retries.find(({ tasks }) => tasks.has(taskId))?.run ?? job.scope.run ?? job.runs[0];
  const log = run === undefined ? undefined : followLog(storage.jobs, { jobId, run }, taskId);
  let said = '';
  try {
    const record = await awaitTask(storage, job, task, signal, async (status) => {
      const { running, ended, tasks, no_progress: stuck } = status;
      const more = await log?.more(signal);
      const own = running.longest.find(({ task_id: id }) => id === taskId);
      const now = own ? `runs since ${own.since}` : (stuck[0] ?? 'has not ended');
      const comes = log?.isAsked
        ? 'what it prints comes within ten seconds'
        : 'what it prints comes when it has ended, as only those who may write to the container can ask the app for it before';
      const of = tasks === null ? `${ended}` : `${ended} of ${tasks}`;
      if (now !== said && log?.read === undefined)
        output.note(`Task ${shortId(taskId)}: ${now}; ${comes}. ${of} tasks of the job have ended.`);
      said = now;
      if (more?.isAnew)
        output.note(`Task ${shortId(taskId)}: its worker went away, and another runs it from the beginning.`);
      if (more?.text) output.say(more.text.replace(/\n$/, ''));
    });
    return { record, shown: log?.read };
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new StoppedHalfway(
      `The task goes on without you: \`mops-cold logs ${jobId} ${shortId(taskId)} --follow\` follows it again.`,
      { cause },
    );
  } finally {
    // A worker that finds it stops by itself after a minute.
    await log?.end().catch(() => undefined);
  }
}
