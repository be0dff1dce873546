import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  Field,
  Int64,
  List,
  makeData,
  Struct,
  Table,
  tableToIPC,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import type { Cell, CellKind } from '../../../src/formats/cell-kind.js';
import { openParquet } from '../../../src/formats/open-parquet.js';
import { type TypedBatch, typedBatches } from '../../../src/formats/typed-batches.js';
import { outputBatches } from '../../../src/results/tables/output-batches.js';
import { createOutputTable } from '../../../src/results/tables/output-table.js';
import type { TaskRow } from '../../../src/results/tables/task-row.js';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'output-table-test-'));
});
after(() => rm(folder, { recursive: true, force: true }));

type Batches = AsyncIterable<TypedBatch> | Iterable<TypedBatch>;
let made = 0;

async function tableOf(tasks: Batches[]) {
  const path = join(folder, `${made++}.parquet`);
  const table = createOutputTable('t', path, { columns: [], cells: () => [] });
  for (const batches of tasks) await table.append({ outcome: 'succeeded' } as TaskRow, batches);
  const { notes } = await table.finish();
  let [kind, cells]: [CellKind | undefined, Cell[]] = [undefined, []];
  for await (const { columns } of typedBatches(await openParquet(path))) {
    const column = columns.at(-1);
    kind = column?.kind;
    cells = [...cells, ...Array.from(column?.cells ?? [])];
  }
  return { kind, cells, notes };
}

const typed = (kind: CellKind, ...cells: Cell[]): Batches => [
  { rows: cells.length, columns: [{ name: 'a', kind, cells }], rounded: [], nameless: false },
];
async function written(name: string, text: string): Promise<Batches> {
  const batches = await outputBatches(name, {
    content: Buffer.from(text),
    contentType: '',
    dispose: async () => undefined,
  });
  assert.ok(!('notTable' in batches));
  return batches;
}

const exact = 2n ** 53n;
const large = 2n ** 64n - 1n;
const mixed: [string, Batches[], CellKind, RegExp | undefined][] = [
  ['integers that floats have', [typed('int64', exact, -exact), typed('float64', 0.5)], 'float64', undefined],
  [
    'longer integers before floats',
    [typed('int64', exact + 1n), typed('float64', 0.5)],
    'float64',
    /nearest float/,
  ],
  [
    'longer integers after floats',
    [typed('float64', 0.5), typed('int64', -exact - 1n), typed('int64', exact + 1n)],
    'float64',
    /nearest float/,
  ],
  ['large integers and floats', [typed('uint64', large), typed('float32', 0.5)], 'float64', /nearest float/],
  [
    'unsigned integers that need no such kind',
    [typed('uint64', 1n, null), typed('int64', -1n), typed('uint64', 2n)],
    'int64',
    undefined,
  ],
  ['the same in the other order', [typed('int32', -1), typed('uint64', 1n)], 'int64', undefined],
  [
    'large integers and others without a sign',
    [typed('int64', 1n, null), typed('uint64', large), typed('int32', 0)],
    'uint64',
    undefined,
  ],
  [
    'large integers and some with a sign',
    [typed('int64', -1n), typed('uint64', large)],
    'text',
    /written as what holds both/,
  ],
  [
    'the same, large ones first',
    [typed('uint64', large), typed('int32', -1)],
    'text',
    /written as what holds both/,
  ],
];
for (const [what, tasks, kind, note] of mixed)
  test(`${what} in one column become ${kind}, ${note ? 'and it is told once' : 'and nothing is to be told'}`, async () => {
    const table = await tableOf(tasks);
    assert.equal(table.kind, kind);
    assert.equal(table.notes.length, note ? 1 : 0, table.notes.join());
    if (note) assert.match(table.notes[0] ?? '', note);
    const cells = tasks.flatMap((batches) =>
      [...(batches as TypedBatch[])].flatMap(({ columns }) =>
        columns.flatMap((column) => Array.from(column.cells)),
      ),
    );
    const expected = cells.map((cell) =>
      cell === null
        ? null
        : kind === 'text'
          ? String(cell)
          : kind === 'float64'
            ? Number(cell)
            : BigInt(cell as bigint),
    );
    assert.deepEqual(table.cells, expected);
  });

test('integers that lose digits within one output are told, of CSV and of JSON', async () => {
  for (const [name, text] of [
    ['t.csv', 'a\n9007199254740993\n0.5\n'],
    ['t.json', '[{"a": 9007199254740993}, {"a": 0.5}]'],
  ] as const) {
    const { kind, notes } = await tableOf([await written(name, text)]);
    assert.equal(kind, 'float64');
    assert.match(notes.join(), /^The column "a" of the output "t" has integers beyond 2\^53 beside floats/);
  }
  assert.deepEqual((await tableOf([await written('t.csv', 'a\n9007199254740992\n0.5\n')])).notes, []);
});

test('a table without names of columns is told', async () => {
  const { notes } = await tableOf([await written('t.csv', '0.5,1\n2,3\n')]);
  assert.match(notes.join(), /^The output "t" of 1 task has no names above its columns/);
});

test('nested integers keep their digits', async () => {
  const list = new List(new Field('item', new Int64(), true));
  const struct = new Struct([new Field('n', new Int64(), true)]);
  const digits = BigInt64Array.of(9_007_199_254_740_993n, -(2n ** 63n));
  const child = makeData({ type: new Int64(), data: digits });
  const columns: [Vector, Cell[]][] = [
    [
      new Vector([makeData({ type: list, child, length: 1, valueOffsets: Int32Array.of(0, 2) })]),
      ['[9007199254740993,-9223372036854775808]'],
    ],
    [
      new Vector([makeData({ type: struct, children: [child], length: 2 })]),
      ['{"n":9007199254740993}', '{"n":-9223372036854775808}'],
    ],
    [vectorFromArray([[0.5, Number.NaN]]), ['[0.5,null]']],
  ];
  for (const [vector, texts] of columns) {
    const content = Buffer.from(tableToIPC(new Table({ a: vector }), 'stream'));
    const batches = await outputBatches('t.arrow', {
      content,
      contentType: '',
      dispose: async () => undefined,
    });
    assert.ok(!('notTable' in batches));
    assert.deepEqual((await tableOf([batches])).cells, texts);
  }
});
