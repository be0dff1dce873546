import type { DataType, Vector } from 'apache-arrow';
import { LosslessNumber } from 'lossless-json';
import { isoDay, isoTime, type TimeUnit } from './iso-time.js';

const units: TimeUnit[] = ['s', 'ms', 'us', 'ns'];

/** Reads the values of a column of one record batch: times with all their digits, decimals as numbers, nested ones as lists and objects. */
export function arrowValues(vector: Vector, types: typeof DataType): (row: number) => unknown {
  const { type } = vector;
  if (types.isDictionary(type)) return ofDictionary(vector, types);
  if (types.isTimestamp(type)) {
    const unit = units[type.unit] ?? 'ns';
    return raw(vector, (count) => isoTime(BigInt(count), unit));
  }
  if (types.isDate(type)) {
    // Days, or milliseconds.
    return raw(vector, (count) =>
      typeof count === 'bigint' ? isoTime(count, 'ms').replace(/T.*/, '') : isoDay(count),
    );
  }
  if (types.isTime(type) || types.isDuration(type)) return raw(vector, (count) => count);
  if (types.isDecimal(type)) {
    const { scale } = type;
    return (row) => decimal(vector.get(row), scale);
  }
  return (row) => plain(vector.get(row));
}

/** The library makes floats of times, and so loses digits. */
function raw(vector: Vector, meaning: (count: number | bigint) => unknown): (row: number) => unknown {
  const values = rawValues(vector);
  return (row) => {
    const count = values[row];
    return count === undefined || !vector.isValid(row) ? null : meaning(count as number & bigint);
  };
}

/** A batch has one piece; a dictionary that grew from batch to batch has several. */
function rawValues({ data }: Vector): ArrayLike<number | bigint> {
  const [first, ...others] = data;
  if (others.length === 0) return first?.values ?? [];
  return data.flatMap(({ values, length }) => Array.from({ length }, (_, row) => values[row]));
}

/** The library reads a dictionary as any column, and so loses the same digits. */
function ofDictionary(vector: Vector, types: typeof DataType): (row: number) => unknown {
  const [{ values: keys, dictionary } = {}] = vector.data;
  if (dictionary === undefined) return () => null;
  const value = arrowValues(dictionary, types);
  return (row) => (vector.isValid(row) ? value(Number(keys[row])) : null);
}

/** Words of 32 bits, the lowest first, in two's complement. */
function decimal(words: unknown, scale: number): unknown {
  if (!(words instanceof Uint32Array)) return words;
  const unsigned = words.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);
  return new LosslessNumber(`${BigInt.asIntN(words.length * 32, unsigned)}e${-scale}`);
}

function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array)
    return value;
  const told = 'toJSON' in value && typeof value.toJSON === 'function' ? value.toJSON() : value;
  if (ArrayBuffer.isView(told)) return Array.from(told as unknown as ArrayLike<unknown>);
  if (Array.isArray(told)) return told.map(plain);
  if (typeof told !== 'object' || told === null) return told;
  return Object.fromEntries(Object.entries(told).map(([name, inner]) => [name, plain(inner)]));
}
