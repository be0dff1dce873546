import type { Content } from './content.js';
import type { TableFormat } from './format.js';
import { openArrow } from './open-arrow.js';
import type { Table } from './table.js';

/**
 * A table of any format; what reads it is loaded when it is needed.
 *
 * @throws Error that says what is wrong with it
 */
export async function openTable(format: TableFormat, content: Content): Promise<Table> {
  if (format === 'csv') return (await import('./open-csv.js')).openCsv(content);
  if (format === 'arrow') return openArrow(content);
  return (await import('./open-parquet.js')).openParquet(content);
}
