import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import { awaitTask } from '../../jobs/reading/await-task.js';
import type { FoundJob } from '../../jobs/reading/find-job.js';
import { StoppedHalfway } from '../../reporting/stopped-halfway.js';
import type { Output } from '../terminal/output.js';
import { shortId } from '../terminal/short-id.js';

/** Waits for the end of a task, and says what it waits for. */
export async function followTask(
  output: Output,
  storage: JobStorage,
  job: FoundJob,
  task: { taskId: string; run: string | undefined },
  signal: AbortSignal,
): Promise<OutcomeRecord> {
  const { jobId } = job.scope;
  let said = '';
  try {
    return await awaitTask(storage, job, task, signal, ({ running, ended, tasks, no_progress: [stuck] }) => {
      const own = running.longest.find(({ task_id: id }) => id === task.taskId);
      const now = own ? `runs since ${own.since}` : (stuck ?? 'has not ended');
      if (now === said) return;
      said = now;
      const of = tasks === null ? `${ended}` : `${ended} of ${tasks}`;
      output.note(
        `Task ${shortId(task.taskId)}: ${now}; its log is stored when it has ended. ${of} tasks of the job have.`,
      );
    });
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new StoppedHalfway(
      `The task goes on without you: \`mops-cold logs ${jobId} ${shortId(task.taskId)} --follow\` waits for it again.`,
      { cause },
    );
  }
}
