import type { Content } from './content.js';
import { isoDay, isoTime } from './iso-time.js';
import { parquetKind } from './parquet-kind.js';
import type { Batch, Table } from './table.js';
import { distinctNames } from './table.js';

/**
 * A table in Parquet, with any codec: one column of one row group at a time.
 *
 * @throws Error that says what is wrong with the file
 */
export async function openParquet(content: Content): Promise<Table> {
  const [{ asyncBufferFromFile, parquetMetadataAsync, parquetRead, parquetSchema }, { compressors }] =
    await Promise.all([import('hyparquet'), import('hyparquet-compressors')]);
  // A page without values, which the library's LZ4 does not expect.
  const codecs = Object.entries(compressors).map(([name, decompress]): [string, typeof decompress] => [
    name,
    (input, length) => (length === 0 ? new Uint8Array() : decompress(input, length)),
  ]);
  const file = typeof content === 'string' ? await asyncBufferFromFile(content) : inMemory(content);
  const metadata = await parquetMetadataAsync(file);
  const groups = metadata.row_groups.map(({ num_rows: rows }) => Number(rows));
  const parsers = {
    timestampFromMilliseconds: (count: bigint) => isoTime(count, 'ms'),
    timestampFromMicroseconds: (count: bigint) => isoTime(count, 'us'),
    timestampFromNanoseconds: (count: bigint) => isoTime(count, 'ns'),
    dateFromDays: isoDay,
  };
  const columns = parquetSchema(metadata).children.map(({ element }) => ({
    name: element.name,
    type:
      [element.logical_type?.type ?? element.converted_type, element.type].filter(Boolean).join(' of ') ||
      'nested',
    kind: parquetKind(element),
  }));
  const names = distinctNames(columns.map(({ name }) => name));
  return {
    columns: columns.map(({ type, kind }, index) => ({ name: names[index] ?? '', type, kind })),
    columnwise: true,
    async *batches(wanted) {
      let rowStart = 0;
      for (const rows of groups) {
        const rowEnd = rowStart + rows;
        const values = new Map<string, unknown[]>();
        if (wanted.length > 0) {
          await parquetRead({
            ...{
              file,
              metadata,
              compressors: Object.fromEntries(codecs),
              parsers,
              columns: wanted,
              rowStart,
              rowEnd,
              // Only what is said to be text.
              utf8: false,
            },
            onChunk: ({ columnName, columnData, rowStart: from }) => {
              const all = values.get(columnName) ?? new Array<unknown>(rows);
              values.set(columnName, all);
              for (let index = 0; index < columnData.length; index++)
                all[from - rowStart + index] = columnData[index];
            },
          });
        }
        const arrays = wanted.map((name) => values.get(name));
        const batch: Batch = { rows, value: (column, row) => arrays[column]?.[row] };
        yield batch;
        rowStart = rowEnd;
      }
    },
  };
}

function inMemory(bytes: Uint8Array): {
  byteLength: number;
  slice(start: number, end?: number): ArrayBuffer;
} {
  return {
    byteLength: bytes.length,
    slice: (start, end) => Uint8Array.from(bytes.subarray(start, end)).buffer,
  };
}
