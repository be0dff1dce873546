import type { RepeatedColumn, TypedColumn } from '../../formats/cell-kind.js';
import { createTableFile } from '../../formats/create-table-file.js';
import type { TypedBatch } from '../../formats/typed-batches.js';
import { counted } from '../../reporting/counted.js';
import type { FrontColumns } from './front-columns.js';
import { roundedNote } from './rounded-note.js';
import type { TaskRow } from './task-row.js';
import { widenedNote } from './widened-note.js';

export interface OutputTable {
  /** The rows of a task. */
  append(row: TaskRow, batches: AsyncIterable<TypedBatch> | Iterable<TypedBatch>): Promise<void>;
  /** Of a task without this output: one row without values. */
  lacks(row: TaskRow): Promise<void>;
  finish(): Promise<{ rows: number; tasks: number; columns: string[]; notes: string[] }>;
  abandon(): Promise<void>;
}

/**
 * One output of all tasks of a job, in a Parquet file: id, parameters and seed of the task, its outcome, then the output's own columns. One of these that is
 * called like one in front is `<output>.<name>`.
 */
export function createOutputTable(name: string, path: string, front: FrontColumns): OutputTable {
  const ofOutcome = front.columns.some(({ name: column }) => column === 'outcome')
    ? 'task.outcome'
    : 'outcome';
  const taken = new Map(
    [...front.columns, { name: ofOutcome, filled: true }].map((column) => [column.name, column]),
  );
  const seen = new Map<string, number>();
  const notes: string[] = [];
  let tasks = 0;
  let nameless = 0;
  const rounded = new Set<string>();
  const file = createTableFile(
    path,
    taken,
    (column, from, other, to) => {
      const note = widenedNote(name, column, { from, other, to });
      if (note !== undefined) notes.push(note);
    },
    (column) => rounded.add(column),
  );

  function inFront(row: TaskRow): RepeatedColumn[] {
    const cells = front.cells(row);
    return [
      ...front.columns.map(({ name: column, kind }, place) => ({
        name: column,
        kind,
        every: cells[place] ?? null,
      })),
      { name: ofOutcome, kind: 'text', every: row.outcome },
    ];
  }

  const nameOf = (column: string) => (taken.has(column) ? `${name}.${column}` : column);
  const own = (column: TypedColumn): TypedColumn => ({ ...column, name: nameOf(column.name) });

  return {
    async append(row, batches) {
      tasks += 1;
      const columns = new Set<string>();
      let rows = 0;
      let isNameless = false;
      const appendBatch = async (batch: TypedBatch) => {
        for (const column of batch.columns) columns.add(column.name);
        for (const column of batch.rounded) rounded.add(nameOf(column));
        isNameless ||= batch.nameless;
        rows += batch.rows;
        await file.append({
          rows: batch.rows,
          columns: [...inFront(row), ...batch.columns.map(own)],
        });
      };
      if (Symbol.iterator in batches) for (const batch of batches) await appendBatch(batch);
      else for await (const batch of batches) await appendBatch(batch);
      // A table without rows: its task is not left out either.
      if (rows === 0) await file.append({ rows: 1, columns: inFront(row) });
      if (isNameless) nameless += 1;
      for (const column of columns) seen.set(column, (seen.get(column) ?? 0) + 1);
    },
    lacks: (row) => file.append({ rows: 1, columns: inFront(row) }),
    async finish() {
      const { columns, rows } = await file.finish();
      if (nameless > 0)
        notes.push(
          `The output "${name}" of ${counted(nameless, 'task')} has no names above its columns: here they are "column 1" and so on.`,
        );
      for (const column of rounded) notes.push(roundedNote(name, column));
      for (const [column, count] of seen) {
        if (taken.has(column))
          notes.push(
            `The column "${column}" of the output "${name}" is called like a parameter, or another column in front: here it is "${name}.${column}".`,
          );
        if (count < tasks)
          notes.push(
            `The column "${column}" of the output "${name}" is in ${count} of ${counted(tasks, 'task')}; the others have no value there.`,
          );
      }
      return { rows, tasks, columns: columns.map((column) => column.name), notes };
    },
    abandon: () => file.abandon(),
  };
}
