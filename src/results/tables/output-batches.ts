import { isLosslessNumber } from 'lossless-json';
import { openTable } from '../../formats/open-table.js';
import { readJson } from '../../formats/read-json.js';
import { recogniseFormat } from '../../formats/recognise-format.js';
import { type TypedBatch, typedBatches, typedRecords } from '../../formats/typed-batches.js';
import type { ReadOutput } from './read-output.js';

/** A scalar has no name for its column. */
const scalarColumn = 'value';

/**
 * An output as a table: Arrow, Parquet, CSV, and JSON where it is a scalar, a flat record, or a list of either.
 *
 * @returns what it is instead, in words, when it is no table
 * @throws Error that says what is wrong with it
 */
export async function outputBatches(
  name: string,
  { content, contentType }: ReadOutput,
): Promise<AsyncIterable<TypedBatch> | Iterable<TypedBatch> | { notTable: string }> {
  const { format } = await recogniseFormat({ name, contentType, path: content });
  if (format === 'arrow' || format === 'parquet' || format === 'csv')
    return typedBatches(await openTable(format, content));
  if (format !== 'json') return { notTable: format };
  const value = await readJson(content);
  const values = Array.isArray(value) ? value : [value];
  if (values.every(isScalar)) return [typedRecords(values.map((scalar) => ({ [scalarColumn]: scalar })))];
  if (values.every(isFlat)) return [typedRecords(values)];
  return { notTable: 'nested JSON' };
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value !== 'object' || isLosslessNumber(value);
}

function isFlat(value: unknown): value is Record<string, unknown> {
  return !isScalar(value) && !Array.isArray(value) && Object.values(value as object).every(isScalar);
}
