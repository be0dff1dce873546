import type { Batch, Table } from '../../formats/table.js';
import type { FieldsComparison } from '../values/compare-fields.js';

/** Compares two tables column by column, by their names, and row by row, by their places. */
export async function compareTables(first: Table, second: Table, fields: FieldsComparison): Promise<void> {
  const types = new Map(second.columns.map(({ name, type }) => [name, type]));
  const shared: string[] = [];
  for (const { name, type } of first.columns) {
    const other = types.get(name);
    if (other === undefined) fields.remark(`the column "${name}" is only in the first`);
    else shared.push(name);
    if (other !== undefined && other !== type)
      fields.remark(`the column "${name}" is ${type} in the first, and ${other} in the second`);
  }
  const known = new Set(shared);
  const others = second.columns.filter(({ name }) => known.has(name));
  for (const { name } of second.columns)
    if (!known.has(name)) fields.remark(`the column "${name}" is only in the second`);
  if (others.some(({ name }, index) => name !== shared[index])) fields.namesReordered();

  const groups = first.columnwise ? shared.map((name) => [name]) : [shared];
  for (const columns of groups.length > 0 ? groups : [[]])
    await compareColumns(first, second, columns, fields);
}

async function compareColumns(
  first: Table,
  second: Table,
  columns: string[],
  fields: FieldsComparison,
): Promise<void> {
  const meaningOf = (table: Table, value: unknown) => (table.meaning ? table.meaning(value) : value);
  const [a, b] = [walk(first.batches(columns)), walk(second.batches(columns))];
  try {
    let row = 0;
    const at = () => `row ${row}`;
    for (;;) {
      const [one, other] = [await a.piece(), await b.piece()];
      if (one === undefined || other === undefined) break;
      const count = Math.min(one.batch.rows - one.from, other.batch.rows - other.from);
      for (let index = 0; index < count; index++, row++) {
        for (const [column, name] of columns.entries()) {
          const x = one.batch.value(column, one.from + index);
          const y = other.batch.value(column, other.from + index);
          if (x === y) fields.compare(name, x, y, at);
          else fields.compare(name, meaningOf(first, x), meaningOf(second, y), at);
        }
      }
      a.take(count);
      b.take(count);
    }
    const [rows, otherRows] = [row + (await a.left()), row + (await b.left())];
    if (rows !== otherRows) fields.remark(`the first has ${rows} rows, and the second ${otherRows}`);
  } finally {
    await a.end();
    await b.end();
  }
}

/** Goes through batches, of which one is at hand at a time and may be used up in parts. */
function walk(batches: AsyncIterable<Batch> | Iterable<Batch>) {
  const iterator =
    Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
  let piece: { batch: Batch; from: number } | undefined;
  const next = async (): Promise<typeof piece> => {
    while (piece === undefined || piece.from >= piece.batch.rows) {
      const { done, value } = await iterator.next();
      if (done) {
        piece = undefined;
        return undefined;
      }
      piece = { batch: value, from: 0 };
    }
    return piece;
  };
  return {
    piece: next,
    take(count: number) {
      if (piece) piece.from += count;
    },
    /** How many rows nobody took. */
    async left(): Promise<number> {
      let rows = 0;
      for (let rest = await next(); rest !== undefined; rest = await next()) {
        rows += rest.batch.rows - rest.from;
        rest.from = rest.batch.rows;
      }
      return rows;
    },
    end: async () => void (await iterator.return?.()),
  };
}
