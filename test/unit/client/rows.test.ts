import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DateDay,
  Int64,
  makeData,
  Table,
  TimestampNanosecond,
  tableToIPC,
  Uint64,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { outputOf } from '../../../src/client/output-of.js';

const task = { task_id: 'f'.repeat(32), params: {}, seed: 1n };
const rowsOf = (name: string, bytes: Uint8Array | string) =>
  outputOf(task, name, { bytes: Buffer.from(bytes), contentType: '' }).rows();

const table = new Table({
  count: new Vector([makeData({ type: new Int64(), data: BigInt64Array.of(3n, -(2n ** 53n)) })]),
  hash: new Vector([makeData({ type: new Uint64(), data: BigUint64Array.of(7n, 2n ** 64n - 1n) })]),
  at: new Vector([
    makeData({ type: new TimestampNanosecond(), data: BigInt64Array.of(1_767_225_600_123_456_789n, -1n) }),
  ]),
  day: new Vector([makeData({ type: new DateDay(), data: Int32Array.of(20_454, -1) })]),
  rate: vectorFromArray([0.5, null]),
  place: vectorFromArray(['a', null]),
});

test('rows have numbers where they hold all digits, BigInts beyond, and times as text', async () => {
  assert.deepEqual(await rowsOf('t.arrow', tableToIPC(table, 'stream')), [
    {
      ...{
        count: 3,
        hash: 7,
        at: '2026-01-01T00:00:00.123456789Z',
        day: '2026-01-01',
        rate: 0.5,
        place: 'a',
      },
    },
    {
      ...{ count: -(2n ** 53n), hash: 2n ** 64n - 1n, at: '1969-12-31T23:59:59.999999999Z' },
      ...{ day: '1969-12-31', rate: null, place: null },
    },
  ]);
  assert.deepEqual(await rowsOf('t.csv', 'n,big\n9007199254740991,9007199254740992\n'), [
    { n: 2 ** 53 - 1, big: 2n ** 53n },
  ]);
  assert.deepEqual(await rowsOf('t', '[1, 18446744073709551615]'), [{ value: 1 }, { value: 2n ** 64n - 1n }]);
});

test('an output that is none, or is damaged before or after its first rows, is named with its task', async () => {
  const text = `a,b\n${'1,2\n'.repeat(5_000)}1,"2\n`;
  const cut = tableToIPC(table, 'stream').subarray(0, -16);
  for (const [name, bytes] of [
    ['t.csv', text],
    ['t.arrow', cut],
    ['t.parquet', 'PAR1'],
    ['t', 'no table'],
  ] as const)
    await assert.rejects(
      rowsOf(name, bytes),
      new RegExp(`^Error: Cannot read the output "${name}" of task f{32} as a table: .`),
    );
});
