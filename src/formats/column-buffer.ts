import type { Cell, CellKind } from './cell-kind.js';

/** Cells of one column that wait for being written: as they came, until they are put one behind the other. */
export interface ColumnBuffer {
  /** Cells that stay what they are from now on. */
  add(cells: ArrayLike<Cell>): void;
  repeat(cell: Cell, rows: number): void;
  /** What is there becomes of another kind. */
  convert(to: CellKind, one: (cell: Cell) => Cell): void;
  /** All of it, in order; nothing is left. */
  take(): ArrayLike<Cell>;
}

/** Not told apart by a name that arrays have. */
type Piece = { cells: ArrayLike<Cell> } | { same: Cell; rows: number };

/** Numbers of these kinds are copied without a look at each. */
const typed = { int32: Int32Array, float32: Float32Array, float64: Float64Array };

export function createColumnBuffer(kind: CellKind): ColumnBuffer {
  let current = kind;
  let pieces: Piece[] = [];
  let rows = 0;

  function take(): ArrayLike<Cell> {
    const [taken, size] = [pieces, rows];
    [pieces, rows] = [[], 0];
    const Typed = current in typed ? typed[current as keyof typeof typed] : undefined;
    const whole = Typed && taken.every(isNumeric) ? new Typed(size) : new Array<Cell>(size).fill(null);
    let at = 0;
    for (const piece of taken) {
      if ('same' in piece) {
        (whole as Cell[]).fill(piece.same, at, at + piece.rows);
        at += piece.rows;
        continue;
      }
      const { cells } = piece;
      if (!Array.isArray(whole)) whole.set(cells as ArrayLike<number>, at);
      else for (let row = 0; row < cells.length; row++) whole[at + row] = cells[row] ?? null;
      at += cells.length;
    }
    return whole;
  }

  function add(piece: Piece, more: number): void {
    pieces.push(piece);
    rows += more;
  }

  return {
    add: (cells) => add({ cells }, cells.length),
    repeat: (same, more) => add({ same, rows: more }, more),
    convert(to, one) {
      const converted = Array.from(take(), one);
      current = to;
      add({ cells: converted }, converted.length);
    },
    take,
  };
}

function isNumeric(piece: Piece): boolean {
  return 'same' in piece ? typeof piece.same === 'number' : ArrayBuffer.isView(piece.cells);
}
