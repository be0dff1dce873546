import { writeWhole } from '../files/write-whole.js';
import type { TypedColumn } from './cell-kind.js';
import { cellText } from './convert-cell.js';
import { csvField } from './csv-field.js';

/** Rows of a table, column by column. */
export interface CsvRows {
  rows: number;
  columns: TypedColumn[];
}

/** Writes a CSV (RFC 4180) with these columns, batch by batch: no value is empty, times are in ISO 8601, bytes in base64. */
export async function writeCsv(
  to: string,
  names: string[],
  batches: AsyncIterable<CsvRows> | Iterable<CsvRows>,
  signal: AbortSignal,
): Promise<void> {
  await writeWhole(to, lines(names, batches), { signal });
}

async function* lines(
  names: string[],
  batches: AsyncIterable<CsvRows> | Iterable<CsvRows>,
): AsyncGenerator<Buffer> {
  yield Buffer.from(`${names.map(csvField).join(',')}\r\n`);
  for await (const { rows, columns } of batches) {
    const byName = new Map(columns.map((column) => [column.name, column]));
    const those = names.map((name) => byName.get(name));
    let text = '';
    for (let row = 0; row < rows; row++) {
      const cells = those.map((column) => {
        const cell = column?.cells[row] ?? null;
        return column === undefined || cell === null ? '' : csvField(cellText(cell, column.kind));
      });
      text += `${cells.join(',')}\r\n`;
      if (text.length < 65_536) continue;
      yield Buffer.from(text);
      text = '';
    }
    yield Buffer.from(text);
  }
}
