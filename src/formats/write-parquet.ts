import { closeSync, openSync, writeSync } from 'node:fs';
import type { SchemaElement } from 'hyparquet-writer';
import type { Cell, CellKind } from './cell-kind.js';
import { loadZstd } from './load-zstd.js';

export interface ParquetFile {
  /** One row group. @param cells of each column */
  write(cells: ArrayLike<Cell>[]): Promise<void>;
  finish(): Promise<void>;
  /** Gives up the file, which stays as it is. */
  close(): void;
}

/** One by which rows are chosen: readers are told the least and the greatest of each group. */
export interface FrontColumn {
  /** Whether each row has a value in it: none is looked at for that, by whoever writes or reads it. */
  filled: boolean;
}

/** Written when there is so much of it. */
const bytesAtOnce = 1024 * 1024;

const elements: Record<CellKind, Partial<SchemaElement>> = {
  boolean: { type: 'BOOLEAN' },
  int32: { type: 'INT32' },
  int64: { type: 'INT64' },
  uint64: { type: 'INT64', converted_type: 'UINT_64' },
  float32: { type: 'FLOAT' },
  float64: { type: 'DOUBLE' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  bytes: { type: 'BYTE_ARRAY' },
  day: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
  ms: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } },
  us: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' } },
  ns: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' } },
};

/**
 * Begins a Parquet file with zstd, which takes its rows group by group. Each is on the disk before the next is made.
 *
 */
export async function writeParquet(
  path: string,
  columns: { name: string; kind: CellKind }[],
  inFront: ReadonlyMap<string, FrontColumn>,
): Promise<ParquetFile> {
  const [{ ByteWriter, ParquetWriter }, zstd] = await Promise.all([import('hyparquet-writer'), loadZstd()]);
  const descriptor = openSync(path, 'wx');
  const writer = Object.assign(new ByteWriter(), {
    flush() {
      const bytes = writer.getBytes();
      for (let at = 0; at < bytes.length; )
        at += writeSync(descriptor, bytes, at, Math.min(bytesAtOnce, bytes.length - at));
      writer.index = 0;
    },
  });
  let isOpen = true;
  const close = () => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
  const schema: SchemaElement[] = [
    { name: 'root', num_children: columns.length },
    ...columns.map(
      ({ name, kind }): SchemaElement => ({
        name,
        repetition_type: inFront.get(name)?.filled ? 'REQUIRED' : 'OPTIONAL',
        ...elements[kind],
      }),
    ),
  ];
  const parquet = new ParquetWriter({
    writer,
    schema,
    codec: 'ZSTD',
    compressors: { ZSTD: zstd },
  });
  return {
    async write(cells) {
      const rows = cells[0]?.length ?? 0;
      if (rows === 0) return;
      const columnData = columns.map(({ name, kind }, place) => ({
        name,
        data: (cells[place] ?? []) as Cell[],
        // Of numbers that rows are chosen by; the library's have a sign. They and a look for repeated numbers are half of the time.
        statistics: inFront.has(name) && kind !== 'uint64' && kind !== 'text',
        ...(isPlain(kind) && !inFront.has(name) && { encoding: 'PLAIN' as const }),
      }));
      // A page a column: a row group is small, and to measure its values takes a look at each.
      await parquet.write({ columnData, rowGroupSize: rows, pageSize: 0 });
      writer.flush();
    },
    async finish() {
      await parquet.finish();
      writer.flush();
      close();
    },
    close,
  };
}

/** Repeated or not: zstd makes them small, too. */
function isPlain(kind: CellKind): boolean {
  return kind === 'int32' || kind === 'float32' || kind === 'float64';
}
