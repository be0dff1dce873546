import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Float32,
  Float64,
  Int32,
  Int64,
  RecordBatch,
  RecordBatchStreamWriter,
  Table,
  tableToIPC,
  Uint32,
  vectorFromArray,
} from 'apache-arrow';
import { readAlike } from '../../../src/formats/arrow-layout.js';
import { openArrow } from '../../../src/formats/open-arrow.js';
import { typedBatches } from '../../../src/formats/typed-batches.js';

const rows = 5;

function tableOf(seed: number, { first = 'day', nulls = false } = {}): Table {
  const numbers = (of: (row: number) => number) => Array.from({ length: rows }, (_, row) => of(row));
  return new Table({
    [first]: vectorFromArray(
      numbers((row) => row * seed),
      new Int32(),
    ),
    infected: vectorFromArray(
      nulls ? [null, ...numbers((row) => row / seed).slice(1)] : numbers((row) => row / seed),
      new Float64(),
    ),
    share: vectorFromArray(
      numbers((row) => Math.fround(Math.sin(row + seed))),
      new Float32(),
    ),
    count: vectorFromArray(numbers((row) => row + seed).map(BigInt), new Int64()),
  });
}

/** What is in a file, by columns. */
async function cellsIn(file: Uint8Array): Promise<[string, unknown[]][][]> {
  const batches = [];
  for await (const { columns } of typedBatches(await openArrow(file)))
    batches.push(columns.map(({ name, cells }): [string, unknown[]] => [name, Array.from(cells)]));
  return batches;
}

function cellsOf(table: Table): [string, unknown[]][][] {
  return table.batches.map((batch) =>
    batch.schema.fields.map(({ name }, column): [string, unknown[]] => [
      name,
      Array.from(batch.getChildAt(column) ?? []),
    ]),
  );
}

for (const format of ['stream', 'file'] as const)
  test(`a ${format} that differs from the last one in its numbers alone is read by where they lay there`, async () => {
    await cellsIn(tableToIPC(tableOf(2), format));
    const other = tableToIPC(tableOf(3), format);
    assert.ok(readAlike(other));
    assert.deepEqual(await cellsIn(other), cellsOf(tableOf(3)));
    const alike = readAlike(other);
    const [batch] = Array.from((alike?.batches(['count', 'day']) ?? []) as Iterable<{ value: unknown }>);
    assert.deepEqual(
      [0, 1].map((column) => (batch as { value(c: number, r: number): unknown }).value(column, 1)),
      [4n, 3],
    );
  });

test('one of the same size that differs in more is read as what it is', async () => {
  const known = tableToIPC(tableOf(2), 'stream');
  const others: [string, Uint8Array, Table][] = [];
  const renamed = tableOf(5, { first: 'age' });
  others.push(['another name', tableToIPC(renamed, 'stream'), renamed]);
  const unsigned = new Table({
    ...Object.fromEntries(tableOf(7).schema.fields.map(({ name }) => [name, tableOf(7).getChild(name)])),
    day: vectorFromArray([4_000_000_000, 1, 2, 3, 4], new Uint32()),
  } as never);
  others.push(['another type', tableToIPC(unsigned, 'stream'), unsigned]);
  for (const [what, file, table] of others) {
    assert.equal(file.length, known.length, what);
    await cellsIn(known);
    assert.equal(readAlike(file), undefined, what);
    const cells = (await cellsIn(file)).map((columns) =>
      columns.map(([name, those]) => [
        name,
        those.map((cell) => (what === 'another type' ? Number(cell) : cell)),
      ]),
    );
    const expected = cellsOf(table).map((columns) =>
      columns.map(([name, those]) => [
        name,
        those.map((cell) => (what === 'another type' ? Number(cell) : cell)),
      ]),
    );
    assert.deepEqual(cells, expected, what);
  }
});

test('one with values that are missing has them missing, and is no pattern for others', async () => {
  const lacking = tableOf(2, { nulls: true });
  const file = tableToIPC(lacking, 'stream');
  assert.deepEqual(await cellsIn(file), cellsOf(lacking));
  assert.equal(readAlike(file), undefined);
  const [full] = [tableToIPC(tableOf(2), 'stream')];
  await cellsIn(full);
  assert.deepEqual(await cellsIn(file), cellsOf(lacking));
});

test('several batches, and a file that lies at an odd place in memory', async () => {
  const written = (seed: number) => {
    const [batch] = tableOf(seed).batches;
    const [more] = tableOf(seed + 10).batches;
    assert.ok(batch instanceof RecordBatch && more instanceof RecordBatch);
    return RecordBatchStreamWriter.writeAll([batch, more]).toUint8Array(true);
  };
  await cellsIn(written(2));
  const other = written(3);
  assert.ok(readAlike(other));
  assert.deepEqual(await cellsIn(other), [...cellsOf(tableOf(3)), ...cellsOf(tableOf(13))]);
  const shifted = new Uint8Array(other.length + 1).subarray(1);
  shifted.set(other);
  assert.equal(readAlike(shifted), undefined);
  assert.deepEqual(await cellsIn(shifted), [...cellsOf(tableOf(3)), ...cellsOf(tableOf(13))]);
});

test('one that is cut off is told, whatever came before', async () => {
  const file = tableToIPC(tableOf(2), 'stream');
  await cellsIn(file);
  await assert.rejects(openArrow(file.slice(0, -8)), /cut off/);
  const damaged = file.slice();
  damaged.fill(0, file.length - 8);
  await assert.rejects(openArrow(damaged), /end mark/);
});
