import type { CellKind } from './cell-kind.js';

/** What integers need: a sign, or 64 bits without one. */
export interface IntegerRange {
  negative: boolean;
  /** At least 2^63. */
  large: boolean;
}

/** Of 64 bits, the kind that holds integers of a range; of 128 there is none. */
export function integerKind({ negative, large }: IntegerRange): CellKind {
  if (!large) return 'int64';
  return negative ? 'text' : 'uint64';
}
