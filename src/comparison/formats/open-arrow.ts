import { type FileHandle, open } from 'node:fs/promises';
import type { Field, RecordBatch } from 'apache-arrow';
import { arrowValues } from './arrow-values.js';
import { distinctNames, type Table } from './table.js';

const magic = 'ARROW1';

/**
 * A table in Arrow IPC, of the file or the stream format, its buffers compressed or not; one record batch at a time.
 *
 * @throws Error that says what is wrong with the file
 */
export async function openArrow(path: string): Promise<Table> {
  const { DataType, RecordBatchReader } = await import('./load-arrow.js').then(({ loadArrow }) =>
    loadArrow(),
  );
  const read = async function* (): AsyncGenerator<{ fields: Field[]; batches: AsyncIterable<RecordBatch> }> {
    const file = await open(path);
    try {
      await mustBeWhole(file);
      const reader = await RecordBatchReader.from(file);
      await reader.open();
      if (!reader.schema) throw new Error('it holds no schema');
      yield { fields: reader.schema.fields, batches: reader };
    } finally {
      // Where it was read to its end, it is closed.
      await file.close().catch(() => undefined);
    }
  };
  let fields: Field[] = [];
  for await (const opened of read()) fields = opened.fields;
  const names = distinctNames(fields.map(({ name }) => name));
  return {
    columns: fields.map(({ type }, index) => ({ name: names[index] ?? '', type: String(type) })),
    columnwise: false,
    async *batches(columns) {
      const places = columns.map((name) => names.indexOf(name));
      for await (const { batches } of read()) {
        for await (const batch of batches) {
          const vectors = places.map((place) => batch.getChildAt(place));
          const values = vectors.map((vector) => vector && arrowValues(vector, DataType));
          yield { rows: batch.numRows, value: (column, row) => values[column]?.(row) };
        }
      }
    },
  };
}

/** The file format has its magic at both ends, and all about its batches before the last one. */
async function mustBeWhole(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  const at = async (position: number) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(magic.length), 0, magic.length, position);
    return buffer.toString('latin1', 0, bytesRead);
  };
  if (size === 0) throw new Error('it is empty');
  if ((await at(0)) === magic && (size < 2 * magic.length || (await at(size - magic.length)) !== magic))
    throw new Error('it ends before its footer, so it was cut off');
}
