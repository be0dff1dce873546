import type { CellKind } from './cell-kind.js';
import { kindOfValue } from './kind-of-value.js';
import { widenKinds } from './widen-kinds.js';

/** The least kind that holds values of a format without types; undefined where there is none. */
export function commonKind(values: Iterable<unknown>): CellKind | undefined {
  const range = { negative: false, large: false };
  let common: CellKind | undefined;
  for (const value of values) {
    if (value === null || value === undefined) continue;
    const kind = kindOfValue(value);
    range.large ||= kind === 'uint64';
    range.negative ||= kind === 'int64' && String(value).startsWith('-');
    common = common === undefined ? kind : widenKinds(common, kind, range);
    if (common === 'text') break;
  }
  return common;
}
