import { z } from 'zod';
import { WholeNumber } from '../json/number.js';
import { SafeName } from '../validation/safe-name.js';

/** One table of a job. */
export const StoredTable = z.object({
  /** Of the output; null of the table of tasks. */
  output: z.string().nullable(),
  /** Its path below the folder of tables, without `.parquet`. */
  name: z.string().regex(/^(?:tasks|outputs\/[^/\\]+)$/),
  rows: WholeNumber,
  /** Whose output it has, without those that have a row without values. */
  tasks: WholeNumber,
  columns: z.array(z.string()),
});
export type StoredTable = z.infer<typeof StoredTable>;

/**
 * `jobs/<job>/runs/<run>/tables/made.json`: the tables of all runs of the job up to this one, its latest, which lie beside it. Written last: what is there
 * before it is unfinished.
 */
export const StoredTables = z.object({
  job_id: SafeName,
  run: SafeName,
  made_at: z.iso.datetime(),
  tables: z.array(StoredTable),
  tasks: WholeNumber,
  succeeded: WholeNumber,
  failed: WholeNumber,
  notes: z.array(z.string()),
  problems: z.array(z.string()),
});
export type StoredTables = z.infer<typeof StoredTables>;

/** In its place where the app makes none. */
export const NoTables = z.object({
  job_id: SafeName,
  run: SafeName,
  left_at: z.iso.datetime(),
  /** Why, one sentence. */
  reason: z.string(),
});
export type NoTables = z.infer<typeof NoTables>;
