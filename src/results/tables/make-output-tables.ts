import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeArtifactName } from '../../contracts/result/artifact-name.js';
import { parquetToCsv } from '../../formats/parquet-to-csv.js';
import { inOrder } from '../../jobs/in-order.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import { counted } from '../../reporting/counted.js';
import type { FrontColumns } from './front-columns.js';
import type { MadeTable } from './made-table.js';
import { createOutputTable, type OutputTable } from './output-table.js';
import { type ReadTask, readTask } from './read-task.js';
import type { TaskRow } from './task-row.js';
import { TooManyBytes } from './too-many-bytes.js';

/** Tasks whose outputs are read at the same time: while a row group is compressed, storage sends what comes after it. */
const atOnce = 32;
/** File systems allow 255 bytes. */
const longestName = 200;

export interface OutputsWanted {
  /** Tables of outputs as CSV too, which are many times larger; that of tasks always is. */
  csv?: boolean;
  /** Only of these outputs; all by default. */
  outputs?: string[];
  /** Of all outputs together; no bound by default. */
  mostBytes?: number;
}

/** What became of the outputs of a job. */
export interface MadeOutputs {
  tables: MadeTable[];
  /** Of all outputs that tasks have, whether they are wanted or not. */
  names: Set<string>;
  /** Whether the outputs of every task could be told. */
  areKnown: boolean;
  notes: string[];
  problems: string[];
}

/**
 * Makes a table of each output: `outputs/<name>.parquet`, in which a task has as many rows as its output, and one without values where it has none. Each appears under its name when it is
 * whole. A row group of each is in memory.
 *
 * @param onRead told after each task
 * @throws TooManyBytes before the output is read that exceeds the bound
 */
export async function makeOutputTables(
  storage: Pick<JobStorage, 'jobs' | 'blobs' | 'results'>,
  rows: TaskRow[],
  front: FrontColumns,
  folder: string,
  { csv = false, outputs: wanted, mostBytes = Number.POSITIVE_INFINITY }: OutputsWanted,
  given: AbortSignal,
  onRead: (done: number, of: number) => void,
): Promise<MadeOutputs> {
  const bound = new AbortController();
  const signal = AbortSignal.any([given, bound.signal]);
  let bytes = 0;
  const willRead = (more: number) => {
    bytes += more;
    if (bytes > mostBytes) bound.abort(new TooManyBytes());
    signal.throwIfAborted();
  };
  const open = new Map<string, { table: OutputTable; path: string }>();
  const fileOf = fileNames();
  const notTables = new Map<string, { what: string; tasks: number }>();
  const made: MadeOutputs = { tables: [], names: new Set(), areKnown: true, notes: [], problems: [] };
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
  const append = async ({ row, names, outputs, problem }: ReadTask) => {
    if (problem !== undefined) {
      made.problems.push(problem);
      made.areKnown = false;
    }
    for (const name of names) made.names.add(name);
    const had = new Set<string>();
    for (const output of outputs) {
      if ('notTable' in output) {
        const { tasks } = notTables.get(output.name) ?? { tasks: 0 };
        notTables.set(output.name, { what: output.notTable, tasks: tasks + 1 });
      } else if ('problem' in output) made.problems.push(output.problem);
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
  };
  const scratch = join(folder, `.${randomUUID()}`);
  const read = (row: TaskRow) => readTask(storage, row, wanted, scratch, signal, willRead);
  try {
    for await (const task of inOrder(rows, atOnce, signal, read)) {
      await append(task);
      done += 1;
      onRead(done, rows.length);
    }
    for (const [output, { table, path }] of open) {
      await rm(csvOf(path), { force: true });
      const { notes, ...finished } = await table.finish();
      made.notes.push(...notes);
      made.tables.push({ output, parquet: path, csv: csv ? csvOf(path) : null, ...finished });
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
    made.notes.push(
      `The output "${name}" of ${counted(tasks, 'task')} is no table (${what}): \`mops-cold fetch\` brings it as a file.`,
    );
  return made;
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
