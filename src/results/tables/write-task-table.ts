import { createTableFile } from '../../formats/create-table-file.js';
import type { FrontColumns } from './front-columns.js';
import { taskColumns } from './task-columns.js';
import type { TaskRow } from './task-row.js';

const rowsAtOnce = 1_000;

/** Writes the table of tasks. Nothing is left of one that cannot be written to its end. @returns the names of its columns */
export async function writeTaskTable(path: string, front: FrontColumns, rows: TaskRow[]): Promise<string[]> {
  const file = createTableFile(path, new Map(front.columns.map((column) => [column.name, column])));
  try {
    for (let at = 0; at === 0 || at < rows.length; at += rowsAtOnce) {
      const some = rows.slice(at, at + rowsAtOnce);
      await file.append({ rows: some.length, columns: taskColumns(front, some) });
    }
    return (await file.finish()).columns.map(({ name }) => name);
  } catch (error) {
    await file.abandon();
    throw error;
  }
}
