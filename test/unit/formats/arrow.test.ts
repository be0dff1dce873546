import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Data,
  DateDay,
  DateMillisecond,
  Decimal,
  Dictionary,
  Int32,
  Int64,
  makeData,
  Table,
  TimestampMicrosecond,
  TimestampNanosecond,
  TimestampSecond,
  tableToIPC,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import type { Cell, CellKind } from '../../../src/formats/cell-kind.js';
import { cellOf } from '../../../src/formats/kind-of-value.js';
import { openArrow } from '../../../src/formats/open-arrow.js';
import { typedBatches } from '../../../src/formats/typed-batches.js';

const digits = 1_767_225_600_123_456_789n;
const times = BigInt64Array.of(-1n, digits, 0n);

const dictionaries: [string, Data, CellKind, Cell[]][] = [
  ['ns', makeData({ type: new TimestampNanosecond(), data: times }), 'ns', [...times]],
  ['us', makeData({ type: new TimestampMicrosecond(), data: times }), 'us', [...times]],
  [
    's',
    makeData({ type: new TimestampSecond(), data: BigInt64Array.of(-1n, 5n, 0n) }),
    'ms',
    [-1000n, 5000n, 0n],
  ],
  [
    'day',
    makeData({ type: new DateDay(), data: Int32Array.of(-1, 20_454, 2_932_897) }),
    'day',
    [-1, 20_454, 2_932_897],
  ],
  [
    'ms day',
    makeData({
      type: new DateMillisecond(),
      data: BigInt64Array.of(-86_400_000n, 86_400_000n, 253_402_300_800_000n),
    }),
    'day',
    [-1, 1, 2_932_897],
  ],
  [
    'decimal',
    makeData({
      type: new Decimal(2, 10, 128),
      data: Uint32Array.of(125, 0, 0, 0, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0, 0, 0, 0),
    }),
    'float64',
    [1.25, -0.01, 0],
  ],
  ['integer', makeData({ type: new Int64(), data: times }), 'int64', [...times]],
  ['text', vectorFromArray(['a', 'b', 'é'], new Utf8()).data[0] as Data, 'text', ['a', 'b', 'é']],
];

/** Rows of a column by keys into a dictionary; the third has no value. */
function encoded(pieces: Data[]) {
  const dictionary = new Vector(pieces);
  const type = new Dictionary(dictionary.type, new Int32(), 7);
  return new Vector([
    makeData({
      type,
      dictionary,
      data: Int32Array.of(2, 1, 0, 0, 1),
      nullCount: 1,
      nullBitmap: Uint8Array.of(0b11011),
    }),
  ]);
}

async function cellsOf(vector: Vector) {
  const table = await openArrow(tableToIPC(new Table({ value: vector }), 'stream'));
  const cells: Cell[] = [];
  const kinds = new Set<CellKind>();
  for await (const { columns } of typedBatches(table))
    for (const { kind, cells: some } of columns) {
      cells.push(...Array.from(some));
      kinds.add(kind);
    }
  return { kinds: [...kinds], cells };
}

for (const [name, piece, kind, values] of dictionaries)
  test(`a dictionary of ${name} has the values of a column of it, also where it has grown`, async () => {
    assert.deepEqual(await cellsOf(new Vector([piece])), { kinds: [kind], cells: values });
    const [first, second, third] = values;
    const expected = { kinds: [kind], cells: [third, second, null, first, second] };
    assert.deepEqual(await cellsOf(encoded([piece])), expected);
    assert.deepEqual(await cellsOf(encoded([piece.slice(0, 1), piece.slice(1, 2)])), expected);
  });

test('a time or a day that cannot be read is said, and is not left out', () => {
  for (const kind of ['day', 'ms', 'us', 'ns'] as const)
    assert.throws(
      () => cellOf('99999999999999999 s since 1970', kind),
      /is no (?:day|time) between the years/,
    );
});
