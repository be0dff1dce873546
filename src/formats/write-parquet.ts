import { closeSync, openSync, writeSync } from 'node:fs';
import type { SchemaElement } from 'hyparquet-writer';
import { loadZstd } from '../files/load-zstd.js';
import type { CellKind } from './cell-kind.js';
import type { Piece } from './piece.js';
import type { ColumnToWrite } from './write-chunk.js';

export interface ParquetFile {
  /** One row group. @param pieces of each column */
  write(pieces: Piece[][], rows: number): void;
  finish(): Promise<void>;
  /** Gives up the file, which stays as it is. */
  close(): void;
}

/** One by which rows are chosen: readers are told the least and the greatest of each group. */
export interface FrontColumn {
  /** Whether each row has a value in it: none is looked at for that, by whoever writes or reads it. */
  filled: boolean;
}

const codec = 'ZSTD';
/** As pyarrow writes it: of what models count it makes as little as level 3, in half of the time. */
const level = 1;
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
 */
export async function writeParquet(
  path: string,
  columns: { name: string; kind: CellKind }[],
  inFront: ReadonlyMap<string, FrontColumn>,
): Promise<ParquetFile> {
  const [{ ByteWriter, ParquetWriter }, { writeChunk }, zstd] = await Promise.all([
    import('hyparquet-writer'),
    import('./write-chunk.js'),
    loadZstd(),
  ]);
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
  const root = { name: 'root', num_children: columns.length };
  const encoders = columns.map(({ name, kind }): ColumnToWrite => {
    const repetition_type = inFront.get(name)?.filled ? 'REQUIRED' : 'OPTIONAL';
    const element = { name, repetition_type, ...elements[kind] } as const;
    return {
      ...{
        columnName: name,
        element,
        schemaPath: [root, element],
        codec,
        compressors: { [codec]: (bytes) => zstd(bytes, level) },
      },
      // Of numbers that rows are chosen by; the library's have a sign.
      stats: inFront.has(name) && kind !== 'uint64' && kind !== 'text',
      // A look for repeated numbers takes longer than zstd, which makes them small, too.
      ...(isNumber(kind) && !inFront.has(name) && { encoding: 'PLAIN' }),
      // A page a column: a row group is small.
      ...{ pageSize: 0, columnIndex: false, offsetIndex: false },
    };
  });
  const schema = [root, ...encoders.map(({ element }) => element)];
  const parquet = new ParquetWriter({ writer, schema, codec });
  return {
    write(pieces, rows) {
      if (rows === 0) return;
      const chunks = encoders.map((encoder, place) => writeChunk(writer, encoder, pieces[place] ?? []));
      const sumOf = (size: 'total_uncompressed_size' | 'total_compressed_size') =>
        chunks.reduce((sum, { meta_data: facts }) => sum + (facts?.[size] ?? 0n), 0n);
      parquet.num_rows += BigInt(rows);
      parquet.row_groups.push({
        ...{ columns: chunks, num_rows: BigInt(rows) },
        total_byte_size: sumOf('total_uncompressed_size'),
        total_compressed_size: sumOf('total_compressed_size'),
      });
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

function isNumber(kind: CellKind): boolean {
  return ['int32', 'int64', 'uint64', 'float32', 'float64'].includes(kind);
}
