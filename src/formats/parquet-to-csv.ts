import { writeWhole } from '../files/write-whole.js';
import { cellText } from './convert-cell.js';
import { csvField } from './csv-field.js';
import { openParquet } from './open-parquet.js';
import { typedBatches } from './typed-batches.js';

/** Writes a Parquet file as CSV (RFC 4180), a row group at a time: no value is empty, times are in ISO 8601, bytes in base64. */
export async function parquetToCsv(from: string, to: string, signal: AbortSignal): Promise<void> {
  await writeWhole(to, lines(from), { signal });
}

async function* lines(from: string): AsyncGenerator<Buffer> {
  const table = await openParquet(from);
  yield Buffer.from(`${table.columns.map(({ name }) => csvField(name)).join(',')}\r\n`);
  for await (const { rows, columns } of typedBatches(table)) {
    let text = '';
    for (let row = 0; row < rows; row++) {
      const cells = columns.map(({ kind, cells }) => {
        const cell = cells[row] ?? null;
        return cell === null ? '' : csvField(cellText(cell, kind));
      });
      text += `${cells.join(',')}\r\n`;
      if (text.length < 65_536) continue;
      yield Buffer.from(text);
      text = '';
    }
    yield Buffer.from(text);
  }
}
