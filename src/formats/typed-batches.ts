import type { Cell, CellKind, TypedColumn } from './cell-kind.js';
import { cellOf, kindOfValue } from './kind-of-value.js';
import type { Batch, Table } from './table.js';
import { widenKinds } from './widen-kinds.js';

export interface TypedBatch {
  rows: number;
  columns: TypedColumn[];
}

/**
 * A table batch by batch, each column of one kind. Of a format without types that is the least kind that holds all values of the batch;
 * a column without any has no place in it.
 */
export async function* typedBatches(table: Table): AsyncGenerator<TypedBatch> {
  const names = table.columns.map(({ name }) => name);
  for await (const batch of table.batches(names)) {
    const columns = table.columns.flatMap(({ name, kind }, place): TypedColumn[] => {
      const whole = kind && batch.values?.(place);
      if (whole) return [{ name, kind, cells: whole }];
      const values = meanings(table, batch, place);
      const known = kind ?? commonKind(values);
      if (known === undefined) return [];
      // What is text after all is so with every sign of it.
      const cells = known === 'text' && kind === undefined ? rawValues(batch, place, values) : values;
      return [{ name, kind: known, cells: cells.map((value) => cellOf(value, known)) }];
    });
    yield { rows: batch.rows, columns };
  }
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

function commonKind(values: unknown[]): CellKind | undefined {
  let common: CellKind | undefined;
  for (const value of values) {
    if (value === null || value === undefined) continue;
    const kind = kindOfValue(value);
    common = common === undefined ? kind : widenKinds(common, kind);
    if (common === 'text') break;
  }
  return common;
}

/** A record of a flat document as a batch of one row, or several of them as many rows. */
export function typedRecords(records: Record<string, unknown>[]): TypedBatch {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const columns = names.flatMap((name): TypedColumn[] => {
    const values = records.map((record) => (Object.hasOwn(record, name) ? record[name] : null));
    const kind = commonKind(values);
    const cells = (known: CellKind): Cell[] => values.map((value) => cellOf(value, known));
    return kind === undefined ? [] : [{ name, kind, cells: cells(kind) }];
  });
  return { rows: records.length, columns };
}
