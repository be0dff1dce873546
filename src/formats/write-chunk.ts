import type { ColumnChunk, Statistics } from 'hyparquet';
import { ByteWriter, type Writer } from 'hyparquet-writer';
import { writeColumn } from 'hyparquet-writer/src/column.js';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeDictionaryPage } from 'hyparquet-writer/src/dictionary.js';
import type { Cell } from './cell-kind.js';
import type { Piece } from './piece.js';

export type ColumnToWrite = Parameters<typeof writeColumn>[0]['column'];

/** What a page has of cells that are not null: themselves, or the place of each in a dictionary. */
interface Values {
  bytes: Uint8Array;
  dictionary?: Cell[];
}

interface Run {
  value: number;
  rows: number;
}

const arrays = { INT32: Int32Array, INT64: BigInt64Array, FLOAT: Float32Array, DOUBLE: Float64Array };

/** Of shorter ones the library writes less. */
const shortestRun = 8;

/**
 * Writes what a row group has of a column, in one page. The library looks at each cell several times, which took about two fifths of the processor time from Arrow to the file: so numbers that came in
 * arrays are written as they lie in memory, and what is the same in many rows as a run of it.
 */
export function writeChunk(writer: Writer, column: ColumnToWrite, pieces: Piece[]): ColumnChunk {
  const rows = pieces.reduce((sum, piece) => sum + rowsOf(piece), 0);
  const filled = pieces.filter((piece) => !isNull(piece));
  const values =
    numbersOf(column, filled) ??
    (pieces.length * shortestRun <= rows ? repeatedOf(column, filled) : undefined);
  if (values !== undefined) return writeValues(writer, column, pieces, values);
  const cells = cellsOf(pieces, rows);
  const isRequired = column.element.repetition_type === 'REQUIRED';
  const pageData = {
    values: cells,
    definitionLevels: isRequired ? [] : cells.map((cell) => (cell === null ? 0 : 1)),
    repetitionLevels: [],
    maxDefinitionLevel: isRequired ? 0 : 1,
  };
  return writeColumn({ writer, column, pageData }).chunk;
}

/** @returns undefined where some are no numbers, or came one by one */
function numbersOf({ element: { type }, encoding }: ColumnToWrite, pieces: Piece[]): Values | undefined {
  if (encoding !== 'PLAIN' || type === undefined || !(type in arrays)) return undefined;
  const parts = pieces.flatMap((piece) =>
    'cells' in piece && ArrayBuffer.isView(piece.cells) ? [piece.cells] : [],
  );
  if (parts.length < pieces.length) return undefined;
  const all = new arrays[type as keyof typeof arrays](parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part as never, at);
    at += part.length;
  }
  return { bytes: new Uint8Array(all.buffer) };
}

/** @returns undefined where some came one by one, and of what the format has no dictionary */
function repeatedOf({ element: { type } }: ColumnToWrite, pieces: Piece[]): Values | undefined {
  if (type === 'BOOLEAN') return undefined;
  const dictionary: Cell[] = [];
  const places = new Map<Cell, number>();
  const runs: Run[] = [];
  for (const piece of pieces) {
    if ('cells' in piece) return undefined;
    const value = places.get(piece.same) ?? dictionary.push(piece.same) - 1;
    places.set(piece.same, value);
    runs.push({ value, rows: piece.rows });
  }
  const bits = Math.ceil(Math.log2(Math.max(1, dictionary.length)));
  return { bytes: Buffer.concat([Uint8Array.of(bits), runBytes(runs, bits)]), dictionary };
}

function writeValues(
  writer: Writer,
  column: ColumnToWrite,
  pieces: Piece[],
  { bytes, dictionary }: Values,
): ColumnChunk {
  const { columnName, codec, compressors, stats } = column;
  const { type, repetition_type } = column.element;
  if (type === undefined) throw new Error(`Cannot write the column "${columnName}": it has no type.`);
  const rows = pieces.reduce((sum, piece) => sum + rowsOf(piece), 0);
  const nulls = pieces.reduce((sum, piece) => sum + (isNull(piece) ? rowsOf(piece) : 0), 0);
  const encoding = dictionary ? 'RLE_DICTIONARY' : 'PLAIN';
  const areThere = pieces.map((piece) => ({ value: isNull(piece) ? 0 : 1, rows: rowsOf(piece) }));
  const levels = repetition_type === 'REQUIRED' ? new Uint8Array() : runBytes(areThere, 1);
  const compressed = compressors[codec]?.(bytes) ?? bytes;

  const begin = writer.offset;
  const dictionarySize = dictionary ? writeDictionaryPage(writer, column, dictionary) : 0;
  const pageAt = writer.offset;
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levels.length + bytes.length,
    compressed_page_size: levels.length + compressed.length,
    data_page_header_v2: {
      ...{ num_values: rows, num_nulls: nulls, num_rows: rows, encoding },
      ...{ definition_levels_byte_length: levels.length, repetition_levels_byte_length: 0 },
      is_compressed: true,
    },
  });
  const headerSize = writer.offset - pageAt;
  writer.appendBytes(levels);
  writer.appendBytes(compressed);
  return {
    file_offset: BigInt(begin),
    meta_data: {
      ...{ type, codec, path_in_schema: [columnName], num_values: BigInt(rows) },
      encodings: dictionary ? ['PLAIN', encoding] : [encoding],
      total_compressed_size: BigInt(writer.offset - begin),
      total_uncompressed_size: BigInt(dictionarySize + headerSize + levels.length + bytes.length),
      data_page_offset: BigInt(pageAt),
      ...(dictionary && { dictionary_page_offset: BigInt(begin) }),
      ...(stats && dictionary && { statistics: statisticsOf(dictionary, nulls) }),
    },
  };
}

/** Of values that have an order. As the format wants it, a least zero is negative, and a greatest positive. */
function statisticsOf(dictionary: Cell[], nulls: number): Statistics {
  const values = dictionary.filter((cell) => !Number.isNaN(cell)) as (number | bigint)[];
  const least = values.reduce((one, other) => (other < one ? other : one), values[0] ?? 0);
  const greatest = values.reduce((one, other) => (other > one ? other : one), values[0] ?? 0);
  return {
    ...(values.length > 0 && {
      min_value: least === 0 ? -0 : least,
      max_value: greatest === 0 ? 0 : greatest,
    }),
    null_count: BigInt(nulls),
  };
}

/** As the format's mixture of runs and packed bits has runs. */
function runBytes(runs: Run[], bits: number): Uint8Array {
  const writer = new ByteWriter();
  const append = ({ value, rows }: Run) => {
    if (rows === 0) return;
    writer.appendVarInt(rows << 1);
    for (let shift = 0; shift < bits; shift += 8) writer.appendUint8((value >> shift) & 0xff);
  };
  let last: Run = { value: 0, rows: 0 };
  for (const run of runs) {
    if (run.value === last.value) last = { ...run, rows: last.rows + run.rows };
    else {
      append(last);
      last = run;
    }
  }
  append(last);
  return writer.getBytes();
}

function rowsOf(piece: Piece): number {
  return 'cells' in piece ? piece.cells.length : piece.rows;
}

function isNull(piece: Piece): boolean {
  return 'same' in piece && piece.same === null;
}

function cellsOf(pieces: Piece[], rows: number): Cell[] {
  const cells = new Array<Cell>(rows);
  let at = 0;
  for (const piece of pieces) {
    if ('cells' in piece)
      for (let row = 0; row < piece.cells.length; row++) cells[at + row] = piece.cells[row] ?? null;
    else cells.fill(piece.same, at, at + piece.rows);
    at += rowsOf(piece);
  }
  return cells;
}
