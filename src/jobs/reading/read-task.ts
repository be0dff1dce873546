import type { ContainerClient } from '@azure/storage-blob';
import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import { readTasks } from './read-tasks.js';

/** What a task is, whether it has ended or not. */
export type TaskSaid = Pick<OutcomeRecord, 'bundle_ref' | 'entrypoint' | 'params' | 'seed'>;

/**
 * A task of a job that was submitted, as it was written down.
 *
 * @throws when the job has none of that id
 */
export async function readTask(
  jobs: ContainerClient,
  jobId: string,
  taskId: string,
  signal: AbortSignal,
): Promise<TaskSaid> {
  for await (const { task_id, message } of readTasks(jobs, jobId, signal)) {
    if (task_id !== taskId) continue;
    const { bundle_ref, entrypoint, params, seed } = message;
    return { bundle_ref, entrypoint, params: params.values, seed };
  }
  throw new Error(
    `Cannot find the task ${taskId}: it is none of those that were submitted with the job ${jobId}.`,
  );
}
