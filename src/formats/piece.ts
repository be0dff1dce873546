import type { Cell } from './cell-kind.js';

/** Cells of a column that follow each other: as they came, or the same one in many rows. Not told apart by a name that arrays have. */
export type Piece = { cells: ArrayLike<Cell> } | { same: Cell; rows: number };
