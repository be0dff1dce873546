import type { ContainerClient } from '@azure/storage-blob';
import { createPackedLineReader } from '../expansion/packed-line-reader.js';
import type { RunScope } from '../run-scope.js';
import { readLeftOut } from './read-left-out.js';
import type { Retry } from './read-retries.js';

const atOnce = 1_000;

/** Which runs of a job are meant: see `FoundJob`. */
export interface MeantRuns {
  scope: RunScope;
  runs: string[];
  retries: Retry[];
}

/** Ids of the tasks of a job that were never sent, since the last run that has them was cancelled before. */
export async function leftOutTasks(
  jobs: ContainerClient,
  { scope: { jobId }, runs, retries }: MeantRuns,
): Promise<Set<string>> {
  const read = createPackedLineReader(jobs);
  const tasks = new Set<string>();
  for (const run of runs) {
    // A later run has taken them up again.
    for (const task of retries.find((retry) => retry.run === run)?.tasks ?? []) tasks.delete(task);
    const leftOut = await readLeftOut(jobs, { jobId, run });
    if (leftOut === undefined) continue;
    const end = leftOut.from + leftOut.tasks;
    for (let at = leftOut.from; at < end; at += atOnce)
      for (const { task_id: id } of await read(leftOut.lines, at, Math.min(end, at + atOnce))) tasks.add(id);
  }
  return tasks;
}
