import type { PlainParameters } from './parameters.js';

/** A named output of one task, verified. */
export interface OutputOfTask {
  task_id: string;
  parameters: PlainParameters;
  seed: bigint;
  name: string;
  contentType: string;
  bytes: Uint8Array;
  /**
   * Its rows by column, of Arrow, Parquet, CSV, and JSON where it is a scalar (the column `value`), a flat record, or a list of either. Integers are numbers, and BigInts
   * beyond 2^53; times and days are ISO 8601 text with every digit that they have; what has no value is null.
   *
   * @throws Error that names task and output when it is no table, cut off or damaged
   */
  rows(): Promise<Record<string, unknown>[]>;
  /** What it says as JSON. @throws SyntaxError when it is something else */
  json(): unknown;
}
