import { createTableFile } from '../../formats/create-table-file.js';
import { writeCsv } from '../../formats/write-csv.js';
import type { FrontColumns } from './front-columns.js';
import { taskColumns } from './task-columns.js';
import type { TaskRow } from './task-row.js';

const rowsAtOnce = 1_000;

/** Writes the table of tasks as Parquet, then as CSV. Nothing is left of one that cannot be written to its end. @returns the names of its columns */
export async function writeTaskTable(
  { parquet, csv }: { parquet: string; csv: string },
  front: FrontColumns,
  rows: TaskRow[],
  signal: AbortSignal,
): Promise<string[]> {
  const file = createTableFile(parquet, new Map(front.columns.map((column) => [column.name, column])));
  let names: string[];
  try {
    for (const batch of batches(front, rows)) await file.append(batch);
    names = (await file.finish()).columns.map(({ name }) => name);
  } catch (error) {
    await file.abandon();
    throw error;
  }
  await writeCsv(csv, names, batches(front, rows), signal);
  return names;
}

/** At least one, for the names of its columns. */
function* batches(front: FrontColumns, rows: TaskRow[]) {
  for (let at = 0; at === 0 || at < rows.length; at += rowsAtOnce) {
    const some = rows.slice(at, at + rowsAtOnce);
    yield { rows: some.length, columns: taskColumns(front, some) };
  }
}
