import type { CellKind } from './cell-kind.js';

const groups: CellKind[][] = [
  ['int32', 'int64'],
  ['int32', 'float32', 'float64'],
  ['int64', 'float64'],
  ['day', 'ms', 'us', 'ns'],
];

/** The least kind that holds the values of both; text where nothing else does. */
export function widenKinds(one: CellKind, other: CellKind): CellKind {
  if (one === other) return one;
  // A float of 32 bits holds no integer of 32.
  if ([one, other].includes('int32') && [one, other].includes('float32')) return 'float64';
  if ([one, other].includes('int64') && [one, other].includes('float32')) return 'float64';
  const group = groups.find((kinds) => kinds.includes(one) && kinds.includes(other));
  return group?.[Math.max(group.indexOf(one), group.indexOf(other))] ?? 'text';
}
