import type { Format } from '../formats/format.js';
import type { FieldDifference } from './values/field-difference.js';

/** Where the bytes of two files part. */
export interface ByteDifference {
  /** From 0. */
  offset: number;
  /** 0 to 255; null where the file ends. */
  bytes: [number | null, number | null];
  /** What stands there, where it is text. */
  around?: [string, string];
}

/** What two readable files of one format hold that is not the same. */
export interface ValueDifference {
  /** Of columns, types, rows and shapes, a sentence each. */
  structure: string[];
  /** Columns, paths or elements whose values differ. */
  fields: FieldDifference[];
  /** How many more fields differ than `fields` has: it is bounded. */
  more_fields: number;
  /** Whether names (columns, keys of objects) come in another order. */
  names_reordered: boolean;
}

/** What two files that are not the same have different. */
export interface ContentDifference extends ValueDifference {
  format: Format;
  /** Why they could not be read as what they say they are, a sentence; then only their bytes were compared. */
  unreadable?: string;
  first_byte: ByteDifference;
}

/** Of an output: only one task has it, or both have and their bytes differ. */
export interface OutputDifference {
  output: string;
  /** Bytes; null on the side that lacks it. */
  sizes: [number | null, number | null];
  /** Absent when one side lacks it, and when the contents were not looked at. */
  content?: ContentDifference;
  /** Why the contents could not be looked at, a sentence. That the bytes differ is known from their digests. */
  unseen?: string;
}
