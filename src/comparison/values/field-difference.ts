/** What the values that differ look like. */
export type ValueKind = 'number' | 'time' | 'address' | 'uuid' | 'text';

/** A column, path or array whose values differ. */
export interface FieldDifference {
  /** A column's name; a path as `regions[].cases`, which stands for all elements. Empty for a whole array or document. */
  field: string;
  compared: number;
  different: number;
  first: {
    /** For example `row 3`, `regions[2].cases`, `[0, 4]`; counted from 0. */
    at: string;
    /** As text, cut when long. */
    values: [string, string];
  };
  /** Over pairs of finite numbers; relative to the larger of the two. Absent when there is none. */
  largest?: { absolute: number; relative: number };
  /** What all values that differ look like. */
  kind: ValueKind;
  /** Whether both have the same values in another order. */
  reordered: boolean;
}
