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
