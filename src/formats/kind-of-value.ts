import { isLosslessNumber, stringify } from 'lossless-json';
import type { Cell, CellKind } from './cell-kind.js';

/** What a value of a format without types is, such as a cell of a CSV or a number of JSON. */
export function kindOfValue(value: unknown): CellKind {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'bigint') return kindOfInteger(value);
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Date) return 'ms';
  if (!isLosslessNumber(value)) return 'text';
  if (!/^-?\d+$/.test(value.value)) return 'float64';
  return value.value.length > 20 ? 'text' : kindOfInteger(BigInt(value.value));
}

function kindOfInteger(value: bigint): CellKind {
  if (BigInt.asIntN(64, value) === value) return 'int64';
  return value >= 0n && BigInt.asUintN(64, value) === value ? 'uint64' : 'text';
}

/** A value as one of a kind that holds it. @throws Error for a time or day that it cannot be */
export function cellOf(value: unknown, kind: CellKind): Cell {
  if (value === null || value === undefined) return null;
  switch (kind) {
    case 'boolean':
      return Boolean(value);
    case 'int32':
    case 'float32':
    case 'float64':
      return Number(isLosslessNumber(value) ? value.value : value);
    case 'int64':
    case 'uint64':
      return BigInt(isLosslessNumber(value) ? value.value : (value as bigint));
    case 'day':
      return dayOf(String(value));
    case 'ms':
    case 'us':
    case 'ns':
      return value instanceof Date ? BigInt(value.getTime()) : countOf(String(value), kind);
    case 'bytes':
      return value as Uint8Array;
    case 'text':
      return textOf(value);
  }
}

/** Of a day as `isoDay` writes it. */
function dayOf(day: string): number {
  const days = Math.floor(Date.parse(`${day}T00:00:00Z`) / 86_400_000);
  if (Number.isNaN(days)) throw new Error(`"${day}" is no day between the years -271821 and 275760`);
  return days;
}

/** Of a time as `isoTime` writes it. */
function countOf(time: string, unit: 'ms' | 'us' | 'ns'): bigint {
  const digits = { ms: 3, us: 6, ns: 9 }[unit];
  const [, seconds = '', fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(time) ?? [];
  const count = Date.parse(`${seconds}Z`);
  if (Number.isNaN(count)) throw new Error(`"${time}" is no time between the years -271821 and 275760`);
  return (
    (BigInt(count) / 1000n) * 10n ** BigInt(digits) + BigInt(fraction.padEnd(digits, '0').slice(0, digits))
  );
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value !== 'object' || isLosslessNumber(value)) return String(value);
  return stringify(value) ?? '';
}
