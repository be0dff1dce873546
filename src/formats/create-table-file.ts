import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Cell, CellKind, RepeatedColumn, TypedColumn } from './cell-kind.js';
import { convertCell } from './convert-cell.js';
import type { IntegerRange } from './integer-range.js';
import { isRounded } from './is-rounded.js';
import { openParquet } from './open-parquet.js';
import type { Piece } from './piece.js';
import { typedBatches } from './typed-batches.js';
import { widenKinds } from './widen-kinds.js';
import { type FrontColumn, type ParquetFile, writeParquet } from './write-parquet.js';

/** Values of a row group; a table that has rows of many columns has less of them. */
const cellsAtOnce = 500_000;
/** Text is counted besides, as so many values as it has of these bytes. */
const bytesPerCell = 16;

interface Column {
  name: string;
  kind: CellKind;
  /** Of rows that wait for being written. */
  pieces: Piece[];
  /** Of all its integers so far. */
  range: IntegerRange;
}

/** A column that is new, or of a wider kind than before. */
interface Change {
  name: string;
  /** Of the cells that come. */
  kind: CellKind;
  to: CellKind;
  range: IntegerRange;
}

interface Rows {
  rows: number;
  columns: (TypedColumn | RepeatedColumn)[];
}

/** A Parquet file whose columns need not be known before. */
export interface TableFile {
  /** Rows; columns that are new have no values in those before, and what is missing here has none in these. */
  append(batch: Rows): Promise<void>;
  /** The file gets its name, in the place of one that is there. @returns its columns and rows */
  finish(): Promise<{ columns: { name: string; kind: CellKind }[]; rows: number }>;
  /** Nothing is left of it. */
  abandon(): Promise<void>;
}

/**
 * Makes a Parquet file of batches whose columns may differ. A row group is in memory at a time. When a column is added, or is of a wider kind
 * than before, a new file is begun, and in the end all are made one.
 *
 * @param inFront by name
 * @param onWidened told once a column and kind: what the column was, what has come, and as what it is written
 * @param onRounded told once a column in which integers have lost digits, since floats have come to them
 */
export function createTableFile(
  path: string,
  inFront: ReadonlyMap<string, FrontColumn>,
  onWidened: (name: string, from: CellKind, other: CellKind, to: CellKind) => void = () => undefined,
  onRounded: (name: string) => void = () => undefined,
): TableFile {
  const unfinished = join(dirname(path), `.${randomUUID()}`);
  const parts: string[] = [];
  let begun = 0;
  const columns: Column[] = [];
  const byName = new Map<string, Column>();
  const rounded = new Set<string>();
  let current: ParquetFile | undefined;
  let [buffered, weight, rows] = [0, 0, 0];

  function convert(name: string, cell: Cell, from: CellKind, to: CellKind): Cell {
    const converted = convertCell(cell, from, to);
    const isFloat = typeof cell === 'bigint' && typeof converted === 'number';
    if (isFloat && !rounded.has(name) && isRounded(cell)) {
      rounded.add(name);
      onRounded(name);
    }
    return converted;
  }

  async function flush(): Promise<void> {
    if (buffered === 0) return;
    current ??= await begin();
    current.write(
      columns.map(({ pieces }) => pieces.splice(0)),
      buffered,
    );
    [buffered, weight] = [0, 0];
  }

  async function begin(): Promise<ParquetFile> {
    await mkdir(dirname(path), { recursive: true });
    const part = `${unfinished}-${begun++}.part`;
    parts.push(part);
    return writeParquet(part, columns, inFront);
  }

  /** What is written has the columns that it has. */
  async function end(): Promise<void> {
    if (current === undefined) return;
    await flush();
    await current.finish();
    current = undefined;
  }

  function changesOf({ columns: those }: Rows): Change[] {
    return those.flatMap((column) => {
      const { name, kind } = column;
      const known = byName.get(name);
      const range = rangeOf(kind, cellsOf(column), known?.range);
      if (known) known.range = range;
      const to = known === undefined ? kind : widenKinds(known.kind, kind, range);
      return to === known?.kind ? [] : [{ name, kind, to, range }];
    });
  }

  async function makeRoom(changes: Change[]): Promise<void> {
    await end();
    for (const { name, kind, to, range } of changes) {
      const known = byName.get(name);
      if (known === undefined) {
        const column = { name, kind, pieces: [{ same: null, rows: buffered }], range };
        columns.push(column);
        byName.set(name, column);
        continue;
      }
      const from = known.kind;
      const as = (cell: Cell) => convert(name, cell, from, to);
      known.pieces = known.pieces.map((piece) =>
        'cells' in piece ? { cells: Array.from(piece.cells, as) } : { ...piece, same: as(piece.same) },
      );
      known.kind = to;
      onWidened(name, from, kind, to);
    }
  }

  async function append(batch: Rows): Promise<void> {
    if (batch.rows === 0 && batch.columns.every(({ name }) => byName.has(name))) return;
    const changes = changesOf(batch);
    if (changes.length > 0) await makeRoom(changes);
    const given = new Map(batch.columns.map((column) => [column.name, column]));
    for (const { name, kind, pieces } of columns) {
      const from = given.get(name) ?? { name, kind, every: null };
      const as = (cell: Cell) => (from.kind === kind ? cell : convert(name, cell, from.kind, kind));
      if ('every' in from) pieces.push({ same: as(from.every), rows: batch.rows });
      else pieces.push(pieceOf(kind, from.kind === kind ? from.cells : Array.from(from.cells, as)));
      if (kind === 'text' || kind === 'bytes') weight += weightOf(cellsOf(from));
    }
    buffered += batch.rows;
    rows += batch.rows;
    weight += batch.rows * columns.length;
    if (weight >= cellsAtOnce) await flush();
  }

  async function makeOne(): Promise<void> {
    const many = parts.splice(0);
    try {
      current = await begin();
      for (const part of many) {
        for await (const batch of typedBatches(await openParquet(part))) {
          const given = new Map(batch.columns.map((column) => [column.name, column]));
          current.write(
            columns.map(({ name, kind }): Piece[] => {
              const column = given.get(name);
              if (column === undefined) return [{ same: null, rows: batch.rows }];
              return [{ cells: Array.from(column.cells, (cell) => convert(name, cell, column.kind, kind)) }];
            }),
            batch.rows,
          );
        }
      }
      await current.finish();
      current = undefined;
    } finally {
      await Promise.all(many.map((part) => rm(part, { force: true })));
    }
  }

  async function abandon(): Promise<void> {
    current?.close();
    current = undefined;
    await Promise.all(parts.map((part) => rm(part, { force: true })));
  }

  return {
    append,
    async finish() {
      try {
        current ??= await begin();
        await end();
        if (parts.length > 1) await makeOne();
        const [made] = parts;
        if (made !== undefined) await rename(made, path);
        return { columns: columns.map(({ name, kind }) => ({ name, kind })), rows };
      } catch (error) {
        await abandon();
        throw error;
      }
    },
    abandon,
  };
}

/** What is the same in all rows of a batch, text or nothing, is written once; numbers, most of which differ, are not looked at for that. */
function pieceOf(kind: CellKind, cells: ArrayLike<Cell>): Piece {
  const same = cells[0] ?? null;
  if (kind !== 'text' && same !== null) return { cells };
  for (let row = 1; row < cells.length; row++) if (cells[row] !== same) return { cells };
  return { same, rows: cells.length };
}

function rangeOf(
  kind: CellKind,
  cells: ArrayLike<Cell>,
  { negative, large }: IntegerRange = { negative: false, large: false },
): IntegerRange {
  const [hasSign, isLong] = [kind === 'int32' || kind === 'int64', kind === 'uint64'];
  for (let row = 0; hasSign && !negative && row < cells.length; row++) negative = Number(cells[row]) < 0;
  for (let row = 0; isLong && !large && row < cells.length; row++)
    large = ((cells[row] as bigint | null | undefined) ?? 0n) >= 2n ** 63n;
  return { negative, large };
}

/** Of a column that is all the same, one stands for them. */
function cellsOf(column: TypedColumn | RepeatedColumn): ArrayLike<Cell> {
  return 'every' in column ? [column.every] : column.cells;
}

/** Of text and bytes; what is repeated is there once. */
function weightOf(cells: ArrayLike<Cell>): number {
  let bytes = 0;
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    if (cell === cells[row - 1]) continue;
    if (typeof cell === 'string' || cell instanceof Uint8Array) bytes += cell.length;
  }
  return Math.floor(bytes / bytesPerCell);
}
