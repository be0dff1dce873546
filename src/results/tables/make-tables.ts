import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobStorage } from '../../jobs/job-storage.js';
import type { FoundJob } from '../../jobs/reading/find-job.js';
import { frontColumns } from './front-columns.js';
import type { MadeTable } from './made-table.js';
import { type MadeOutputs, makeOutputTables, type OutputsWanted } from './make-output-tables.js';
import { readTaskRows } from './read-task-rows.js';
import type { TaskRow } from './task-row.js';
import { writeTaskTable } from './write-task-table.js';

export interface MadeTables {
  folder: string;
  tables: MadeTable[];
  tasks: number;
  succeeded: number;
  failed: number;
  pending: number;
  /** Sentences about what is not as one might expect, and no failure. */
  notes: string[];
  /** Outputs that could not be read: their tasks have rows without values. */
  problems: string[];
}

/**
 * Makes tables over all tasks of a job: `tasks.parquet` and `tasks.csv`, a row a task, and `outputs/<name>.parquet`, in which a task has as many rows as its
 * output, and one without values where it has none. Each appears under its name when it is whole. In memory are the rows of tasks, and a row group a table.
 *
 * @param onRead told after each task
 * @throws TooManyBytes before the output is read that exceeds the bound
 */
export async function makeTables(
  storage: Pick<JobStorage, 'jobs' | 'blobs' | 'results'>,
  job: FoundJob,
  folder: string,
  wanted: OutputsWanted,
  signal: AbortSignal,
  onRead: (done: number, of: number) => void = () => undefined,
): Promise<MadeTables> {
  const rows: TaskRow[] = [];
  for await (const row of readTaskRows(storage, job, signal)) rows.push(row);
  const front = frontColumns(rows);
  await mkdir(folder, { recursive: true });
  const ofTasks = { parquet: join(folder, 'tasks.parquet'), csv: join(folder, 'tasks.csv') };
  // One that is older than the table beside it would be taken for the same.
  await rm(ofTasks.csv, { force: true });
  const columns = await writeTaskTable(ofTasks, front, rows, signal);
  const outputs = await makeOutputTables(storage, rows, front, folder, wanted, signal, onRead);
  const count = (outcome: string) => rows.filter((row) => row.outcome === outcome).length;
  const [succeeded, pending] = [count('succeeded'), count('pending')];
  return {
    folder,
    tables: [{ output: null, ...ofTasks, rows: rows.length, tasks: rows.length, columns }, ...outputs.tables],
    ...{ tasks: rows.length, succeeded, pending, failed: rows.length - succeeded - pending },
    notes: [...outputs.notes, ...whatIsMissing(outputs, succeeded, wanted.outputs)],
    problems: outputs.problems,
  };
}

function* whatIsMissing(
  { tables, names, areKnown, problems }: MadeOutputs,
  succeeded: number,
  wanted: string[] = [],
): Generator<string> {
  const missing = succeeded === 0 ? [] : wanted.filter((name) => !names.has(name));
  for (const name of missing)
    yield `No task ${areKnown ? '' : 'whose outputs are known '}has an output "${name}": they have ${[...names].sort().join(', ') || 'none'}.`;
  if (tables.length === 0 && (missing.length === 0 || problems.length > 0))
    yield `There are no tables of outputs: ${whyNoOutputs(succeeded, problems)}.`;
}

function whyNoOutputs(succeeded: number, problems: string[]): string {
  if (succeeded === 0) return 'no task has succeeded';
  if (problems.length > 0) return 'some outputs cannot be read, and no other is a table';
  return 'no task has one that is a table';
}
