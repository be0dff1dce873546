import { openParquet } from './open-parquet.js';
import { typedBatches } from './typed-batches.js';
import { writeCsv } from './write-csv.js';

/** Writes a Parquet file as CSV, a row group at a time. */
export async function parquetToCsv(from: string, to: string, signal: AbortSignal): Promise<void> {
  const table = await openParquet(from);
  const names = table.columns.map(({ name }) => name);
  await writeCsv(to, names, typedBatches(table), signal);
}
