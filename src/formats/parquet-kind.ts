import type { SchemaElement } from 'hyparquet';
import type { CellKind } from './cell-kind.js';

const units: Record<string, CellKind> = { MILLIS: 'ms', MICROS: 'us', NANOS: 'ns' };

/** As what the values of a column of a Parquet file are written; nested ones are text, in JSON. */
export function parquetKind({
  type,
  converted_type: converted,
  logical_type: logical,
}: SchemaElement): CellKind {
  if (logical?.type === 'TIMESTAMP') return units[logical.unit] ?? 'ns';
  if (converted === 'TIMESTAMP_MILLIS') return 'ms';
  if (converted === 'TIMESTAMP_MICROS') return 'us';
  if (converted === 'DATE') return 'day';
  if (converted === 'DECIMAL') return 'float64';
  if (converted === 'UINT_64') return 'uint64';
  if (converted === 'UINT_32') return 'int64';
  switch (type) {
    case 'BOOLEAN':
      return 'boolean';
    case 'INT32':
      return 'int32';
    case 'INT64':
      return 'int64';
    case 'INT96':
      return 'ns';
    case 'FLOAT':
      return 'float32';
    case 'DOUBLE':
      return 'float64';
    case 'BYTE_ARRAY':
    case 'FIXED_LEN_BYTE_ARRAY':
      return converted === undefined && logical === undefined ? 'bytes' : 'text';
    default:
      return 'text';
  }
}
