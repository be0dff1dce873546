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
   * Its rows by column, of Arrow, Parquet, CSV, and JSON where it is a scalar (the column `value`), a flat record, or a list of either.
   *
   * @throws Error when it is no table, or cut off
   */
  rows(): Promise<Record<string, unknown>[]>;
  /** What it says as JSON. @throws SyntaxError when it is something else */
  json(): unknown;
}
