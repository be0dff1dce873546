import type { Cell, CellKind } from './cell-kind.js';

/** A table in a file, read in pieces. */
export interface Table {
  /** Their names differ, each from the others. */
  columns: Column[];
  /** Values of these columns, all rows in order; may be called again. */
  batches(columns: string[]): AsyncIterable<Batch> | Iterable<Batch>;
  /** Whether its columns lie one behind the other, so that reading several at a time takes the memory of all. */
  columnwise: boolean;
  /** Whether the file names no columns, so that they are called `column 1` and so on. */
  nameless?: boolean;
  /** What a value means, where the pieces have only its text. */
  meaning?(value: unknown): unknown;
}

export interface Column {
  name: string;
  /** In the words of the format; empty where it has none. */
  type: string;
  /** Absent where the format has no types. */
  kind?: CellKind;
}

export interface Batch {
  rows: number;
  /**
   * @param column its place among those that were asked for
   * @param row within the batch
   */
  value(column: number, row: number): unknown;
  /** All of a column at once, as cells of its kind; undefined where they have to be read one by one. */
  values?(column: number): ArrayLike<Cell> | undefined;
}

/** Names of columns in which none comes twice: the second `x` is `x (2)`. */
export function distinctNames(names: string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let distinct = name;
    for (let count = 2; taken.has(distinct); count++) distinct = `${name} (${count})`;
    taken.add(distinct);
    return distinct;
  });
}
