import type { OutputDifference } from '../content-difference.js';

/** Sums of floats in another order, and other instructions, change no more than this of them. */
const tiny = 1e-8;

/** What the differences of two results look like, all of their outputs together. */
export interface Traces {
  numbers: boolean;
  /** The largest relative difference of numbers. */
  relative: number;
  /** Whether only numbers differ, in their last digits. */
  tiny: boolean;
  /** Whether all that differs comes in another order, and is the same otherwise. */
  reordered: boolean;
  times: 'all' | 'some' | 'none';
  /** Whether all that differs are addresses, or UUIDs. */
  addresses: boolean;
  uuids: boolean;
}

export function tracesOf(outputs: OutputDifference[]): Traces {
  const contents = outputs.flatMap(({ content }) => content ?? []);
  const fields = contents.flatMap((content) => content.fields);
  const kinds = fields.map(({ kind }) => kind);
  const structured = contents.some(({ structure }) => structure.length > 0);
  const all = (kind: string) => kinds.length > 0 && !structured && kinds.every((one) => one === kind);
  const relative = Math.max(0, ...fields.map(({ largest }) => largest?.relative ?? 0));
  const numbers = fields.some(({ kind }) => kind === 'number');
  const ordered = contents.filter(({ fields: { length }, names_reordered: names }) => length > 0 || names);
  return {
    numbers,
    relative,
    tiny: all('number') && relative > 0 && relative <= tiny,
    reordered:
      !structured &&
      ordered.length > 0 &&
      ordered.length === contents.length &&
      fields.every(({ reordered }) => reordered),
    times: all('time') ? 'all' : kinds.includes('time') ? 'some' : 'none',
    addresses: all('address'),
    uuids: all('uuid'),
  };
}
