import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeArtifactName } from '../../contracts/result/artifact-name.js';
import { parquetToCsv } from '../../formats/parquet-to-csv.js';
import type { TypedBatch } from '../../formats/typed-batches.js';
import { inOrder } from '../../jobs/in-order.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import type { FoundJob } from '../../jobs/reading/find-job.js';
import { counted } from '../../reporting/counted.js';
import { frontColumns } from './front-columns.js';
import { outputBatches } from './output-batches.js';
import { createOutputTable, type OutputTable } from './output-table.js';
import { outputsOf, readOutput } from './read-output.js';
import { readTaskRows } from './read-task-rows.js';
import type { TaskRow } from './task-row.js';
import { TooManyBytes } from './too-many-bytes.js';
import { writeTaskTable } from './write-task-table.js';

/** Tasks whose outputs are read at the same time: while a row group is compressed, storage sends what comes after it. */
const atOnce = 32;
/** File systems allow 255 bytes. */
const longestName = 200;

export interface MadeTable {
  /** Of the output; null of the table of tasks. */
  output: string | null;
  parquet: string;
  csv: string | null;
  rows: number;
  /** Whose output it has, without those that have a row without values. */
  tasks: number;
  columns: string[];
}

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

export interface TablesWanted {
  /** Tables of outputs as CSV too, which are many times larger; that of tasks always is. */
  csv?: boolean;
  /** Only of these outputs; all by default. */
  outputs?: string[];
  /** Of all outputs together; no bound by default. */
  mostBytes?: number;
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
  { csv = false, outputs: wanted, mostBytes = Number.POSITIVE_INFINITY }: TablesWanted,
  given: AbortSignal,
  onRead: (done: number, of: number) => void = () => undefined,
): Promise<MadeTables> {
  const bound = new AbortController();
  const signal = AbortSignal.any([given, bound.signal]);
  let bytes = 0;
  const willRead = (more: number) => {
    bytes += more;
    if (bytes > mostBytes) bound.abort(new TooManyBytes());
    signal.throwIfAborted();
  };
  const rows: TaskRow[] = [];
  for await (const row of readTaskRows(storage, job, signal)) rows.push(row);
  const front = frontColumns(rows);
  await mkdir(folder, { recursive: true });
  const ofTasks = join(folder, 'tasks.parquet');
  const tasksCsv = join(folder, 'tasks.csv');
  // One that is older than the table beside it would be taken for the same.
  await rm(tasksCsv, { force: true });
  const columns = await writeTaskTable({ parquet: ofTasks, csv: tasksCsv }, front, rows, signal);
  const tables: MadeTable[] = [
    {
      ...{ output: null, parquet: ofTasks, csv: tasksCsv, rows: rows.length, tasks: rows.length },
      columns,
    },
  ];

  const open = new Map<string, { table: OutputTable; path: string }>();
  const fileOf = fileNames();
  const notTables = new Map<string, { what: string; tasks: number }>();
  const [notes, problems]: [string[], string[]] = [[], []];
  const names = new Set<string>();
  let areKnown = true;
  let done = 0;
  const tableOf = async (output: string): Promise<OutputTable> => {
    const known = open.get(output);
    if (known) return known.table;
    const path = join(folder, 'outputs', `${fileOf(output)}.parquet`);
    const table = createOutputTable(output, path, front);
    open.set(output, { table, path });
    for (const row of rows.slice(0, done)) await table.lacks(row);
    return table;
  };
  const scratch = join(folder, `.${randomUUID()}`);
  const read = (row: TaskRow) => readTask(storage, row, wanted, scratch, signal, willRead);
  try {
    for await (const { row, names: those, outputs, problem } of inOrder(rows, atOnce, signal, read)) {
      if (problem !== undefined) {
        problems.push(problem);
        areKnown = false;
      }
      for (const name of those) names.add(name);
      const had = new Set<string>();
      for (const output of outputs) {
        if ('notTable' in output) {
          const { tasks } = notTables.get(output.name) ?? { tasks: 0 };
          notTables.set(output.name, { what: output.notTable, tasks: tasks + 1 });
        } else if ('problem' in output) problems.push(output.problem);
        else {
          const table = await tableOf(output.name);
          try {
            await table.append(row, output.batches);
          } finally {
            await output.dispose();
          }
          had.add(output.name);
        }
      }
      for (const [name, { table }] of open) if (!had.has(name)) await table.lacks(row);
      done += 1;
      onRead(done, rows.length);
    }
    for (const [output, { table, path }] of open) {
      await rm(csvOf(path), { force: true });
      const made = await table.finish();
      notes.push(...made.notes);
      tables.push({
        output,
        parquet: path,
        csv: csv ? csvOf(path) : null,
        rows: made.rows,
        tasks: made.tasks,
        columns: made.columns,
      });
    }
    // They may be many times larger, and are made of what is there by then.
    if (csv) for (const { path } of open.values()) await parquetToCsv(path, csvOf(path), signal);
  } catch (error) {
    await Promise.all([...open.values()].map(({ table }) => table.abandon()));
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  for (const [name, { what, tasks }] of notTables)
    notes.push(
      `The output "${name}" of ${counted(tasks, 'task')} is no table (${what}): \`mops-cold fetch\` brings it as a file.`,
    );
  const count = (outcome: string) => rows.filter((row) => row.outcome === outcome).length;
  const [succeeded, pending] = [count('succeeded'), count('pending')];
  const missing = succeeded === 0 ? [] : (wanted ?? []).filter((name) => !names.has(name));
  for (const name of missing)
    notes.push(
      `No task ${areKnown ? '' : 'whose outputs are known '}has an output "${name}": they have ${[...names].sort().join(', ') || 'none'}.`,
    );
  if (tables.length === 1 && (missing.length === 0 || problems.length > 0))
    notes.push(`There are no tables of outputs: ${whyNoOutputs(succeeded, problems)}.`);
  return {
    ...{ folder, tables, tasks: rows.length, succeeded, pending, notes, problems },
    failed: rows.length - succeeded - pending,
  };
}

type ReadTask = {
  row: TaskRow;
  /** Of all its outputs, whether they are wanted or not. */
  names: string[];
  outputs: (
    | { name: string; notTable: string }
    | { name: string; problem: string }
    | { name: string; batches: AsyncIterable<TypedBatch> | Iterable<TypedBatch>; dispose(): Promise<void> }
  )[];
  problem?: string;
};

/** What does not fit into memory is left in a file, and read when its turn has come. */
async function readTask(
  storage: Pick<JobStorage, 'jobs' | 'blobs' | 'results'>,
  row: TaskRow,
  wanted: string[] | undefined,
  folder: string,
  signal: AbortSignal,
  willRead: (bytes: number) => void,
): Promise<ReadTask> {
  if (row.outcome !== 'succeeded') return { row, names: [], outputs: [] };
  const outputs: ReadTask['outputs'] = [];
  let names: string[];
  try {
    names = row.outputs ?? Object.keys(await outputsOf(storage, row)).sort();
  } catch (error) {
    if (signal.aborted) throw error;
    const problem = `Cannot read the outputs of task ${row.task_id}: ${messageOf(error)}.`;
    return { row, names: [], outputs, problem };
  }
  for (const name of names) {
    if (wanted !== undefined && !wanted.includes(name)) continue;
    try {
      const output = await readOutput(storage, row, name, folder, signal, willRead);
      const batches = await outputBatches(name, output).catch(async (error: unknown) => {
        await output.dispose();
        throw error;
      });
      if ('notTable' in batches) {
        await output.dispose();
        outputs.push({ name, ...batches });
      } else {
        // Read here, so that one that is damaged has no rows at all. One that is too large for that is looked through first.
        const isSmall = typeof output.content !== 'string';
        const whole: TypedBatch[] = [];
        for await (const batch of batches) if (isSmall) whole.push(batch);
        const again = isSmall ? whole : await outputBatches(name, output);
        if ('notTable' in again) throw new Error('it has changed');
        outputs.push({ name, batches: again, dispose: output.dispose });
      }
    } catch (error) {
      if (signal.aborted) throw error;
      const problem = `Cannot read the output "${name}" of task ${row.task_id}: ${messageOf(error)}. Its row there has no values.`;
      outputs.push({ name, problem });
    }
  }
  return { row, names, outputs };
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}

function whyNoOutputs(succeeded: number, problems: string[]): string {
  if (succeeded === 0) return 'no task has succeeded';
  if (problems.length > 0) return 'some outputs cannot be read, and no other is a table';
  return 'no task has one that is a table';
}

const csvOf = (parquet: string): string => parquet.replace(/\.parquet$/, '.csv');

/** A file's name for each output, also where it is long, or where the file system does not tell upper from lower case. */
function fileNames(): (output: string) => string {
  const taken = new Set<string>();
  return (output) => {
    const encoded = encodeArtifactName(output);
    const hash = createHash('sha256').update(output).digest('hex').slice(0, 12);
    const isFree = encoded.length <= longestName && !taken.has(encoded.toLowerCase());
    const name = isFree ? encoded : `${encoded.slice(0, longestName).replace(/%.?$/, '')}~${hash}`;
    taken.add(name.toLowerCase());
    return name;
  };
}
