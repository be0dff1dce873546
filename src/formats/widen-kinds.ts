import type { CellKind } from './cell-kind.js';
import { type IntegerRange, integerKind } from './integer-range.js';

const integers: CellKind[] = ['int32', 'int64', 'uint64'];
const numbers: CellKind[] = [...integers, 'float32', 'float64'];
const times: CellKind[] = ['day', 'ms', 'us', 'ns'];

/**
 * The least kind that holds the values of both; text where nothing else does. An integer that a float has not keeps its nearest.
 *
 * @param range of integers, by which those with and without a sign are put together; any by default
 */
export function widenKinds(
  one: CellKind,
  other: CellKind,
  range: IntegerRange = { negative: true, large: true },
): CellKind {
  if (one === other) return one;
  const both = [one, other];
  if (both.every((kind) => integers.includes(kind)))
    return both.includes('uint64') ? integerKind(range) : 'int64';
  // A float of 32 bits holds no integer of 32.
  if (both.every((kind) => numbers.includes(kind))) return 'float64';
  const [least, greatest] = [times.indexOf(one), times.indexOf(other)].sort((a, b) => a - b);
  return (least !== -1 && times[greatest ?? -1]) || 'text';
}
