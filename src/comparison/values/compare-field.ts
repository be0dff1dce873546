import type { FieldDifference, ValueKind } from './field-difference.js';
import { looksLike } from './looks-like.js';
import { distance, numberOf } from './number-of.js';
import { sameValue } from './same-value.js';
import { showValue, wholeText } from './show-value.js';

/** So many pairs are looked at to say what the values are. */
const lookedAt = 200;

export interface FieldComparison {
  /** @param at says where they stand; is asked at the first difference */
  compare(a: unknown, b: unknown, at: () => string): void;
  /** Undefined when all values are the same. */
  difference(): FieldDifference | undefined;
}

/** Compares the values of one field, pair by pair, in constant memory. */
export function compareField(field: string, finishedAt: readonly [number, number]): FieldComparison {
  let compared = 0;
  let different = 0;
  let first: FieldDifference['first'] | undefined;
  let largest: FieldDifference['largest'];
  const kinds = new Set<ValueKind>();
  const sums: [Sum, Sum] = [
    [0, 0],
    [0, 0],
  ];
  return {
    compare(a, b, at) {
      compared += 1;
      if (sameValue(a, b)) return;
      different += 1;
      first ??= { at: at(), values: [showValue(a), showValue(b)] };
      // Pairs that are the same change nothing of whether all are the same in another order.
      addAllTo(sums[0], a);
      addAllTo(sums[1], b);
      if (different <= lookedAt) kinds.add(looksLike(a, b, finishedAt));
      const [x, y] = [numberOf(a), numberOf(b)];
      const apart = x === undefined || y === undefined ? undefined : distance(x, y);
      if (apart === undefined) return;
      largest ??= { absolute: 0, relative: 0 };
      largest.absolute = Math.max(largest.absolute, apart.absolute);
      largest.relative = Math.max(largest.relative, apart.relative);
    },
    difference() {
      if (first === undefined) return undefined;
      const [kind = 'text', ...others] = kinds;
      return {
        field,
        compared,
        different,
        first,
        ...(largest && { largest }),
        kind: others.length === 0 ? kind : 'text',
        reordered: sums[0][0] === sums[1][0] && sums[0][1] === sums[1][1],
      };
    },
  };
}

const separators = /[\s,;:{}()[\]]+/;

/** A text counts by its words: what was written in the order of a set has the same ones in another order. */
function addAllTo(sum: Sum, value: unknown): void {
  if (typeof value === 'string') for (const word of value.split(separators)) addTo(sum, word);
  else addTo(sum, wholeText(value));
}

/** Of the hashes of values, whatever their order: 64 bits. */
type Sum = [number, number];

function addTo(sum: Sum, text: string): void {
  let [one, other] = [0x811c9dc5, 0x2f0b4c47];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    one = Math.imul(one ^ unit, 0x01000193);
    other = Math.imul(other ^ unit, 0x5bd1e995);
    other ^= other >>> 15;
  }
  sum[0] = (sum[0] + one) >>> 0;
  sum[1] = (sum[1] + other) >>> 0;
}
