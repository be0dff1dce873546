import { isLosslessNumber } from 'lossless-json';
import type { TypedColumn } from './cell-kind.js';
import { commonKind } from './common-kind.js';
import { isRounded } from './is-rounded.js';
import { cellOf } from './kind-of-value.js';
import type { Batch, Table } from './table.js';

export interface TypedBatch {
  rows: number;
  columns: TypedColumn[];
  /** Columns in which integers stand among floats and have lost digits. */
  rounded: string[];
  /** Whether the names of its columns were made up. */
  nameless: boolean;
}

/**
 * A table batch by batch, each column of one kind. Of a format without types that is the least kind that holds all values of the batch;
 * a column without any has no place in it.
 */
export function typedBatches(table: Table): AsyncIterable<TypedBatch> | Iterable<TypedBatch> {
  const batches = table.batches(table.columns.map(({ name }) => name));
  if (Symbol.iterator in batches) return Array.from(batches, (batch) => typedBatch(table, batch));
  return (async function* () {
    for await (const batch of batches) yield typedBatch(table, batch);
  })();
}

function typedBatch(table: Table, batch: Batch): TypedBatch {
  const rounded: string[] = [];
  const columns = table.columns.flatMap(({ name, kind }, place): TypedColumn[] => {
    const whole = kind && batch.values?.(place);
    if (whole) return [{ name, kind, cells: whole }];
    const values = meanings(table, batch, place);
    const known = kind ?? commonKind(values);
    if (known === undefined) return [];
    if (kind === undefined && known === 'float64' && losesDigits(values)) rounded.push(name);
    // What is text after all is so with every sign of it.
    const cells = known === 'text' && kind === undefined ? rawValues(batch, place, values) : values;
    return [{ name, kind: known, cells: cells.map((value) => cellOf(value, known)) }];
  });
  return { rows: batch.rows, columns, rounded, nameless: table.nameless ?? false };
}

function meanings({ meaning }: Table, batch: Batch, place: number): unknown[] {
  return Array.from({ length: batch.rows }, (_, row) => {
    const value = batch.value(place, row);
    if (!meaning) return value;
    return value === '' ? null : meaning(value);
  });
}

function rawValues(batch: Batch, place: number, meant: unknown[]): unknown[] {
  return meant.map((value, row) => (value === null ? null : batch.value(place, row)));
}

/** Integers among floats. */
function losesDigits(values: unknown[]): boolean {
  return values.some(
    (value) =>
      isLosslessNumber(value) &&
      value.value.length > 15 &&
      /^-?\d+$/.test(value.value) &&
      isRounded(BigInt(value.value)),
  );
}

/** A record of a flat document as a batch of one row, or several of them as many rows. */
export function typedRecords(records: Record<string, unknown>[]): TypedBatch {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const rounded: string[] = [];
  const columns = names.flatMap((name): TypedColumn[] => {
    const values = records.map((record) => (Object.hasOwn(record, name) ? record[name] : null));
    const kind = commonKind(values);
    if (kind === undefined) return [];
    if (kind === 'float64' && losesDigits(values)) rounded.push(name);
    return [{ name, kind, cells: values.map((value) => cellOf(value, kind)) }];
  });
  return { rows: records.length, columns, rounded, nameless: false };
}
