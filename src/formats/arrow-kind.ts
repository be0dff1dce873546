import type { DataType, Vector } from 'apache-arrow';
import type { Cell, CellKind } from './cell-kind.js';

const units: CellKind[] = ['ms', 'ms', 'us', 'ns'];

/** As what the values of an Arrow type are written; lists, structures and the like are text, in JSON. */
export function arrowKind(type: DataType, types: typeof DataType): CellKind {
  if (types.isDictionary(type)) return arrowKind(type.dictionary, types);
  if (types.isBool(type)) return 'boolean';
  if (types.isInt(type)) {
    const { bitWidth, isSigned } = type;
    if (bitWidth < 32 || (bitWidth === 32 && isSigned)) return 'int32';
    return bitWidth === 32 || isSigned ? 'int64' : 'uint64';
  }
  // Of halves and floats each value is one of a double.
  if (types.isFloat(type)) return type.precision === 1 ? 'float32' : 'float64';
  if (types.isDecimal(type)) return 'float64';
  if (types.isTimestamp(type)) return units[type.unit] ?? 'ns';
  if (types.isDate(type)) return 'day';
  if (types.isDuration(type) || types.isTime(type)) return 'int64';
  if (types.isBinary(type) || types.isLargeBinary(type) || types.isFixedSizeBinary(type)) return 'bytes';
  return 'text';
}

/** Numbers of one batch, where they stand one behind the other as they are written. */
export function wholeColumn(
  vector: Vector | null | undefined,
  types: typeof DataType,
): ArrayLike<Cell> | undefined {
  if (!vector || vector.nullCount > 0 || vector.data.length !== 1) return undefined;
  const { type } = vector;
  const isPlain = types.isInt(type)
    ? type.bitWidth !== 32 || type.isSigned
    : types.isFloat(type) && type.precision > 0;
  if (!isPlain) return undefined;
  const values: (ArrayLike<Cell> & { subarray(from: number, to: number): ArrayLike<Cell> }) | undefined =
    vector.data[0]?.values;
  // There may be more of them, up to the next eight bytes.
  return values && values.length >= vector.length ? values.subarray(0, vector.length) : undefined;
}
