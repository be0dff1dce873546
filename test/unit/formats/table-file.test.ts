import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Cell, CellKind } from '../../../src/formats/cell-kind.js';
import { createTableFile } from '../../../src/formats/create-table-file.js';
import { openParquet } from '../../../src/formats/open-parquet.js';
import { parquetToCsv } from '../../../src/formats/parquet-to-csv.js';
import { typedBatches } from '../../../src/formats/typed-batches.js';

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'table-file-test-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const kinds: [CellKind, Cell[], string[]][] = [
  ['boolean', [true, false, null], ['true', 'false', '']],
  ['int32', [-(2 ** 31), 2 ** 31 - 1, null], ['-2147483648', '2147483647', '']],
  ['int64', [-(2n ** 63n), 2n ** 63n - 1n, null], ['-9223372036854775808', '9223372036854775807', '']],
  ['uint64', [0n, 2n ** 64n - 1n, null], ['0', '18446744073709551615', '']],
  ['float32', [1.5, Number.NaN, null], ['1.5', 'NaN', '']],
  ['float64', [Number.NaN, Number.NEGATIVE_INFINITY, null], ['NaN', '-Infinity', '']],
  ['text', ['a,"b"', 'é', null], ['"a,""b"""', 'é', '']],
  ['bytes', [Uint8Array.of(0, 255), new Uint8Array(), null], ['AP8=', '', '']],
  ['day', [0, -1, null], ['1970-01-01', '1969-12-31', '']],
  ['ms', [1n, -1n, null], ['1970-01-01T00:00:00.001Z', '1969-12-31T23:59:59.999Z', '']],
  ['us', [1n, -1n, null], ['1970-01-01T00:00:00.000001Z', '1969-12-31T23:59:59.999999Z', '']],
  ['ns', [1n, -1n, null], ['1970-01-01T00:00:00.000000001Z', '1969-12-31T23:59:59.999999999Z', '']],
];

test('every kind of value is in the file what it was, and in a CSV as people write it', async () => {
  const path = join(folder, 'kinds.parquet');
  const file = createTableFile(path, new Map());
  await file.append({ rows: 3, columns: kinds.map(([kind, cells]) => ({ name: kind, kind, cells })) });
  await file.finish();
  const table = await openParquet(path);
  assert.deepEqual(
    table.columns.map(({ kind }) => kind),
    kinds.map(([kind]) => kind),
  );
  for await (const { columns } of typedBatches(table))
    assert.deepEqual(
      columns.map(({ cells }) => Array.from(cells)),
      kinds.map(([, cells]) => cells),
    );
  await parquetToCsv(path, join(folder, 'kinds.csv'), new AbortController().signal);
  const [header, ...lines] = (await readFile(join(folder, 'kinds.csv'), 'utf8')).trimEnd().split('\r\n');
  assert.equal(header, kinds.map(([kind]) => kind).join(','));
  assert.deepEqual(
    lines,
    [0, 1, 2].map((row) => kinds.map(([, , texts]) => texts[row]).join(',')),
  );
});

const ofBatch = 9;
const same = (cell: Cell) => Array<Cell>(ofBatch).fill(cell);
const runs: [string, CellKind, Cell[]][] = [
  ['one text', 'text', same('north')],
  ['no text', 'text', same('')],
  ['none at all', 'text', same(null)],
  ['no number', 'float64', same(null)],
  ['nothing that is true or not', 'boolean', same(null)],
  ['none at first', 'text', [null, ...same('late').slice(1)]],
  ['no number at first', 'int32', [null, ...same(5).slice(1)]],
  ['true', 'boolean', same(true)],
];

test('what is the same in all rows of a batch is there in each, also beside batches in which it differs', async () => {
  const path = join(folder, 'runs.parquet');
  const file = createTableFile(path, new Map([['one text', { filled: true }]]));
  const differing = (cells: Cell[]): Cell[] =>
    ['other', 7, false].filter((cell) => typeof cell === typeof cells.at(-1));
  const last = (cells: Cell[]) => [...cells.slice(1), differing(cells)[0] ?? null];
  const batches = [runs, runs, runs.map(([name, kind, cells]) => [name, kind, last(cells)] as const), runs];
  for (const batch of batches)
    await file.append({
      rows: ofBatch,
      columns: batch.map(([name, kind, cells]) => ({ name, kind, cells })),
    });
  await file.append({ rows: 0, columns: [] });
  assert.equal((await file.finish()).rows, batches.length * ofBatch);
  const read = new Map<string, Cell[]>();
  for await (const { columns } of typedBatches(await openParquet(path)))
    for (const { name, cells } of columns) read.set(name, [...(read.get(name) ?? []), ...Array.from(cells)]);
  for (const [place, [name]] of runs.entries())
    assert.deepEqual(
      read.get(name),
      batches.flatMap((batch) => batch[place]?.[2] ?? []),
      name,
    );
});

test('columns that come, go and widen after many rows are one table in the end, whose unfinished parts are gone', async () => {
  const path = join(folder, 'parts', 'changing.parquet');
  const widened: string[] = [];
  const file = createTableFile(path, new Map([['a', { filled: false }]]), (name, from, to) =>
    widened.push(`${name} ${from} ${to}`),
  );
  const rows = 300_000;
  const whole = (kind: CellKind, of: (row: number) => Cell) => ({
    kind,
    cells: Array.from({ length: rows }, (_, row) => of(row)),
  });
  await file.append({
    rows,
    columns: [
      { name: 'a', ...whole('int32', (row) => row) },
      { name: 'b', ...whole('text', String) },
    ],
  });
  await file.append({
    rows,
    columns: [
      { name: 'a', ...whole('float64', (row) => row + 0.5) },
      { name: 'c', ...whole('boolean', () => true) },
    ],
  });
  await file.append({ rows: 1, columns: [{ name: 'a', kind: 'text', cells: ['end'] }] });
  const { rows: written } = await file.finish();
  assert.equal(written, 2 * rows + 1);
  assert.deepEqual(widened, ['a int32 float64', 'a float64 text']);
  const seen: unknown[] = [];
  let count = 0;
  for await (const batch of typedBatches(await openParquet(path))) {
    for (const row of [0, batch.rows - 1]) seen.push(batch.columns.map(({ cells }) => cells[row] ?? null));
    count += batch.rows;
  }
  assert.equal(count, written);
  assert.deepEqual(seen[0], ['0', '0', null]);
  assert.deepEqual(seen.at(-1), ['end', null, null]);
  assert.ok(seen.some((row) => JSON.stringify(row) === '["299999.5",null,true]'));
  assert.deepEqual(await readdir(join(folder, 'parts')), ['changing.parquet']);
});

test('a table that is given up leaves what was there before', async () => {
  const path = join(folder, 'given-up', 'table.parquet');
  const first = createTableFile(path, new Map());
  await first.append({ rows: 1, columns: [{ name: 'a', kind: 'int32', cells: [1] }] });
  await first.finish();
  const before = await readFile(path);
  const second = createTableFile(path, new Map());
  await second.append({
    rows: 600_000,
    columns: [{ name: 'a', kind: 'int32', cells: new Int32Array(600_000) }],
  });
  assert.equal((await readdir(join(folder, 'given-up'))).length, 2);
  await second.abandon();
  assert.deepEqual(await readdir(join(folder, 'given-up')), ['table.parquet']);
  assert.deepEqual(await readFile(path), before);
});
