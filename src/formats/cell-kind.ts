/** What the values of a column are, in a table that is written; times count in their unit from 1970, days from there, too. */
export type CellKind =
  | 'boolean'
  | 'int32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64'
  | 'text'
  | 'bytes'
  | 'day'
  | 'ms'
  | 'us'
  | 'ns';

/** Of `int64`, `uint64` and times a bigint, of `day` a number; null where there is no value. */
export type Cell = boolean | number | bigint | string | Uint8Array | null;

export interface TypedColumn {
  name: string;
  kind: CellKind;
  cells: ArrayLike<Cell>;
}

/** A column that has the same cell in all rows. */
export interface RepeatedColumn {
  name: string;
  kind: CellKind;
  every: Cell;
}
