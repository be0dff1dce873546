import { join } from 'node:path';

/**
 * Where a task's files are kept.
 *
 * @throws when the id is none: it is text of another machine, and could lead elsewhere.
 */
export function taskFolder(jobFolder: string, taskId: string): string {
  if (!/^[0-9a-f]{32}$/.test(taskId))
    throw new Error(`Cannot fetch the task "${taskId}": a task id is 32 hex digits.`);
  return join(jobFolder, taskId);
}
