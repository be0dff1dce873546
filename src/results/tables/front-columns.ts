import { compareCodePoints } from '../../contracts/json/compare-code-points.js';
import type { Scalar } from '../../contracts/json/scalar.js';
import type { Cell, CellKind } from '../../formats/cell-kind.js';
import { commonKind } from '../../formats/common-kind.js';
import { convertCell } from '../../formats/convert-cell.js';
import { cellOf, kindOfValue } from '../../formats/kind-of-value.js';
import type { FrontColumn } from '../../formats/write-parquet.js';
import type { TaskRow } from './task-row.js';

/** Columns that say of each row of a table which task it is of. */
export interface FrontColumns {
  columns: ({ name: string; kind: CellKind } & FrontColumn)[];
  cells(row: TaskRow): Cell[];
}

/** The task's id, its parameters by name, and its seed; a parameter called `seed` or `task_id` leaves it the name, as in the Python client. */
export function frontColumns(rows: Iterable<TaskRow>): FrontColumns {
  const values = new Map<string, Scalar[]>();
  let largest = 0n;
  let tasks = 0;
  for (const { params, seed } of rows) {
    tasks += 1;
    if (seed > largest) largest = seed;
    for (const [name, value] of Object.entries(params)) {
      const those = values.get(name);
      if (those) those.push(value);
      else values.set(name, [value]);
    }
  }
  const kinds = new Map([...values].map(([name, those]) => [name, commonKind(those) ?? 'text'] as const));
  const filled = (name: string) => values.get(name)?.length === tasks;
  const parameters = [...kinds].sort(([a], [b]) => compareCodePoints(a, b));
  const free = (name: string) => (kinds.has(name) ? `task.${name}` : name);
  return {
    columns: [
      { name: free('task_id'), kind: 'text', filled: true },
      ...parameters.map(([name, kind]) => ({ name, kind, filled: filled(name) })),
      // Of 64 bits without a sign only where it has to be: most libraries take signed ones for granted.
      { name: free('seed'), kind: largest < 2n ** 63n ? 'int64' : 'uint64', filled: true },
    ],
    cells: ({ task_id, params, seed }) => [
      task_id,
      ...parameters.map(([name, kind]) => {
        const value = Object.hasOwn(params, name) ? params[name] : undefined;
        if (value === undefined) return null;
        const own = kindOfValue(value);
        return convertCell(cellOf(value, own), own, kind);
      }),
      seed,
    ],
  };
}
