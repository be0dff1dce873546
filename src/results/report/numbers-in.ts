import { stat } from 'node:fs/promises';
import { isLosslessNumber } from 'lossless-json';
import type { Content } from '../../formats/content.js';
import { openTable } from '../../formats/open-table.js';
import { readJson } from '../../formats/read-json.js';
import { recogniseFormat } from '../../formats/recognise-format.js';

/**
 * The numbers of a small output: a JSON number under the name of the output, a flat record or a table of one row as `<output>.<field>`.
 * A missing one is NaN; what is no number is left out.
 *
 * @param largest bytes that are looked into
 * @returns undefined when the output is larger, or of another kind, or merely looked like a CSV
 * @throws Error that says what is wrong with one that says what it is
 */
export async function numbersIn(
  name: string,
  contentType: string,
  content: Content,
  largest: number,
): Promise<Record<string, number> | undefined> {
  const size = typeof content === 'string' ? (await stat(content)).size : content.length;
  if (size > largest) return undefined;
  const { format, said } = await recogniseFormat({ name, contentType, path: content });
  if (format === 'csv' || format === 'arrow' || format === 'parquet') {
    const row = await onlyRow(format, content).catch((error: unknown) => {
      if (said) throw error;
      return undefined;
    });
    return row && ofRecord(name, row);
  }
  if (format !== 'json' && format !== 'text') return undefined;
  const value = await readJson(content).catch(() => undefined);
  const number = numberOf(value);
  if (number !== undefined) return { [name]: number };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return ofRecord(name, Object.entries(value));
}

function ofRecord(name: string, fields: [string, unknown][]): Record<string, number> | undefined {
  const numbers = fields.flatMap(([field, value]): [string, number][] => {
    const number = value === null ? Number.NaN : numberOf(value);
    return number === undefined ? [] : [[`${name}.${field}`, number]];
  });
  return numbers.length === 0 ? undefined : Object.fromEntries(numbers);
}

async function onlyRow(
  format: 'csv' | 'arrow' | 'parquet',
  content: Content,
): Promise<[string, unknown][] | undefined> {
  const table = await openTable(format, content);
  const names = table.columns.map(({ name }) => name);
  let row: [string, unknown][] | undefined;
  for await (const batch of table.batches(names)) {
    if (batch.rows === 0) continue;
    if (row !== undefined || batch.rows > 1) return undefined;
    row = names.map((name, column) => {
      const value = batch.value(column, 0);
      return [name, table.meaning ? table.meaning(value) : value];
    });
  }
  return row;
}

function numberOf(value: unknown): number | undefined {
  if (isLosslessNumber(value)) return Number(value.value);
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}
