import { type FileHandle, open } from 'node:fs/promises';
import type { Field, RecordBatch } from 'apache-arrow';
import { arrowKind, wholeColumn } from './arrow-kind.js';
import { keepLayout, readAlike } from './arrow-layout.js';
import { arrowValues } from './arrow-values.js';
import type { Content } from './content.js';
import { loadArrow } from './load-arrow.js';
import { type Batch, distinctNames, type Table } from './table.js';

type Arrow = Awaited<ReturnType<typeof loadArrow>>;

const magic = 'ARROW1';
/** A stream may end without it, says the format; but then nobody can tell that it is whole, and every library's writer puts it there when it is closed. */
const endOfStream = Buffer.from('ffffffff00000000', 'hex');

/**
 * A table in Arrow IPC, of the file or the stream format, its buffers compressed or not; one record batch at a time.
 *
 * @throws Error that says what is wrong with the file
 */
export async function openArrow(content: Content): Promise<Table> {
  const alike = typeof content === 'string' ? undefined : readAlike(content);
  if (alike) return alike;
  const arrow = await loadArrow();
  if (typeof content !== 'string') {
    const { fields, batches } = readWhole(content, arrow);
    // At once, not by way of promises, which take as much time as all else where an output is small.
    const table = tableOf(fields, arrow, (batchOf) => batches.map(batchOf));
    keepLayout(content, table.columns, batches, arrow.DataType);
    return table;
  }
  let fields: Field[] = [];
  for await (const opened of opening(content, arrow)) fields = opened.fields;
  return tableOf(fields, arrow, async function* (batchOf) {
    for await (const { batches } of opening(content, arrow))
      for await (const batch of batches) yield batchOf(batch);
  });
}

function readWhole(
  bytes: Uint8Array,
  { RecordBatchReader }: Arrow,
): { fields: Field[]; batches: RecordBatch[] } {
  mustBeWhole(bytes.length, bytes.subarray(0, magic.length), bytes.subarray(-endOfStream.length));
  const reader = RecordBatchReader.from(bytes).open();
  if (!reader.schema) throw new Error('it holds no schema');
  return { fields: reader.schema.fields, batches: [...reader] };
}

/** Yields once; the file is open until it goes on. */
async function* opening(
  path: string,
  { RecordBatchReader }: Arrow,
): AsyncGenerator<{ fields: Field[]; batches: AsyncIterable<RecordBatch> }> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    mustBeWhole(size, await read(file, 0), await read(file, Math.max(0, size - endOfStream.length)));
    const reader = await RecordBatchReader.from(file);
    await reader.open();
    if (!reader.schema) throw new Error('it holds no schema');
    yield { fields: reader.schema.fields, batches: reader };
  } finally {
    // Where it was read to its end, it is closed.
    await file.close().catch(() => undefined);
  }
}

function tableOf(
  fields: Field[],
  { DataType }: Arrow,
  batchesBy: (batchOf: (batch: RecordBatch) => Batch) => ReturnType<Table['batches']>,
): Table {
  const names = distinctNames(fields.map(({ name }) => name));
  return {
    columns: fields.map(({ type }, index) => ({
      name: names[index] ?? '',
      type: String(type),
      kind: arrowKind(type, DataType),
    })),
    columnwise: false,
    batches(columns) {
      const places = columns.map((name) => names.indexOf(name));
      return batchesBy((batch) => {
        const vectors = places.map((place) => batch.getChildAt(place));
        const values: (((row: number) => unknown) | undefined)[] = [];
        const valuesOf = (column: number) => {
          const vector = vectors[column];
          if (vector) values[column] ??= arrowValues(vector, DataType);
          return values[column];
        };
        return {
          rows: batch.numRows,
          value: (column, row) => valuesOf(column)?.(row),
          values: (column) => wholeColumn(vectors[column], DataType),
        };
      });
    },
  };
}

/** The file format has its magic at both ends, and all about its batches before the last one; a stream has its own end. */
function mustBeWhole(size: number, first: Uint8Array, last: Uint8Array): void {
  if (size === 0) throw new Error('it is empty');
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
  if (text(first).startsWith(magic)) {
    if (size < 2 * magic.length || !text(last).endsWith(magic))
      throw new Error('it ends before its footer, so it was cut off');
    return;
  }
  // Before 2019 it was its second half.
  const isEnd =
    text(last) === text(endOfStream) || text(first.subarray(0, 4)) !== text(endOfStream.subarray(0, 4));
  if (!isEnd) throw new Error('it has no end mark, so it was cut off, or what wrote it was not closed');
}

async function read(file: FileHandle, position: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, position);
  return buffer.subarray(0, bytesRead);
}
