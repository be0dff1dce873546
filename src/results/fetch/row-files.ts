import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { IndexRow } from './index-row.js';
import { taskFolder } from './task-folder.js';

/** Whether the folder of a row's task is complete: the file that is written last is there. */
export async function isComplete(jobFolder: string, row: IndexRow): Promise<boolean> {
  return (await changedNs(lastFile(jobFolder, row))) !== undefined;
}

/**
 * Whether everything that a row names is there and has not been changed since its index was written, neither a file's content
 * nor the folder's list of names: what was checked then still holds, without reading a byte.
 *
 * @param writtenNs of the index
 */
export async function isUntouched(jobFolder: string, row: IndexRow, writtenNs: bigint): Promise<boolean> {
  const named = [...Object.values(row.artifacts), ...Object.values(row.partial)];
  const paths = [
    taskFolder(jobFolder, row.task_id),
    lastFile(jobFolder, row),
    ...named.map((file) => join(jobFolder, file)),
  ];
  for (const path of paths) {
    const changed = await changedNs(path);
    // In the same tick of the clock it may have been before or after: then it is looked at.
    if (changed === undefined || changed >= writtenNs) return false;
  }
  return true;
}

/** Is written last, so that a folder which has it is complete. */
function lastFile(jobFolder: string, { task_id: taskId, outcome }: IndexRow): string {
  return join(taskFolder(jobFolder, taskId), outcome === 'succeeded' ? 'result.json' : 'outcome.json');
}

/** The status time tells of every change, also of one that sets the file's own time back. */
async function changedNs(path: string): Promise<bigint | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  if (found === undefined) return undefined;
  return found.ctimeNs > found.mtimeNs ? found.ctimeNs : found.mtimeNs;
}
