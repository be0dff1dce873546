import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { compareFiles } from '../../../src/comparison/compare-files.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();

/** A file as numpy.save writes it. */
function npy(descr: string, shape: string, data: Uint8Array, order = 'False'): Buffer {
  const header = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape}), }`;
  const padded = `${header.padEnd(64 * Math.ceil((header.length + 11) / 64) - 11)}\n`;
  const start = Buffer.from('\x93NUMPY\x01\x00\x00\x00', 'latin1');
  start.writeUInt16LE(padded.length, 8);
  return Buffer.concat([start, Buffer.from(padded, 'latin1'), data]);
}

const floats = (...values: number[]) => new Uint8Array(Float64Array.from(values).buffer);

async function differenceOf(one: Uint8Array, other: Uint8Array) {
  const folder = await make({ one, other });
  const file = (path: string) => ({ name: 'x', contentType: 'application/x-npy', path: join(folder, path) });
  const found = await compareFiles(file('one'), file('other'), [0, 0]);
  assert.ok(found);
  return found;
}

test('arrays are compared element by element, with where the first one stands', async () => {
  const found = await differenceOf(
    npy('<f8', '2, 3', floats(0, 1, 2, 3, 4, 5)),
    npy('<f8', '2, 3', floats(0, 1, 2, 3, 4.5, 6)),
  );
  assert.deepEqual(
    found.fields.map(({ field, different, compared, first, largest }) => ({
      field,
      different,
      compared,
      first,
      largest,
    })),
    [
      {
        field: '',
        different: 2,
        compared: 6,
        first: { at: '[1, 1]', values: ['4', '4.5'] },
        largest: { absolute: 1, relative: 1 / 6 },
      },
    ],
  );
});

test("in Fortran's order an element has its own place", async () => {
  const found = await differenceOf(
    npy('<f8', '2, 3', floats(0, 1, 2, 3, 4, 5), 'True'),
    npy('<f8', '2, 3', floats(0, 1, 2, 9, 4, 5), 'True'),
  );
  assert.equal(found.fields[0]?.first.at, '[1, 1]');
});

test('shapes, types and orders that are not the same are told; rows that both have are compared', async () => {
  const longer = await differenceOf(npy('<f8', '2,', floats(1, 2)), npy('<f8', '3,', floats(1, 3, 4)));
  assert.deepEqual(longer.structure, ['the shape is (2) in the first, and (3) in the second']);
  assert.equal(longer.fields[0]?.compared, 2);
  const other = await differenceOf(npy('<f8', '1, 2', floats(1, 2)), npy('<f8', '2, 1', floats(1, 3)));
  assert.deepEqual(other.fields, []);
  const types = await differenceOf(
    npy('<f8', '2,', floats(1, 2)),
    npy('>i4', '2,', new Uint8Array([0, 0, 0, 1, 0, 0, 0, 3])),
  );
  assert.deepEqual(types.structure, ['the type is <f8 in the first, and >i4 in the second']);
  assert.deepEqual(types.fields[0]?.first, { at: '[1]', values: ['2', '3'] });
});

test('NaN at the same place is the same value, though its bytes are not', async () => {
  const quiet = floats(Number.NaN, 1);
  const other = Uint8Array.from(quiet);
  other[0] = 1;
  const found = await differenceOf(npy('<f8', '2,', quiet), npy('<f8', '2,', other));
  assert.deepEqual([found.structure, found.fields], [[], []]);
  assert.deepEqual(found.first_byte.bytes, [0, 1]);
  const infinite = await differenceOf(
    npy('<f8', '2,', floats(Number.NaN, Number.POSITIVE_INFINITY)),
    npy('<f8', '2,', floats(2, 1)),
  );
  assert.deepEqual([infinite.fields[0]?.different, infinite.fields[0]?.largest], [2, undefined]);
});

for (const [descr, one, other, values] of [
  [
    '<i8',
    [1, 0, 0, 0, 0, 0, 0, 128],
    [2, 0, 0, 0, 0, 0, 0, 128],
    ['-9223372036854775807', '-9223372036854775806'],
  ],
  ['|b1', [0], [1], ['false', 'true']],
  ['<f2', [0, 0x3c], [0, 0xc0], ['1', '-2']],
  ['|S4', [97, 98, 0, 0], [97, 99, 0, 0], ['"ab"', '"ac"']],
  ['<U1', [97, 0, 0, 0], [0xe9, 0, 0, 0], ['"a"', '"é"']],
  ['<M8[D]', [1, 0, 0, 0, 0, 0, 0, 0], [2, 0, 0, 0, 0, 0, 0, 0], ['"1970-01-02"', '"1970-01-03"']],
] as const) {
  test(`elements of the type ${descr} are read as numpy reads them`, async () => {
    const found = await differenceOf(
      npy(descr, '1,', Uint8Array.from(one)),
      npy(descr, '1,', Uint8Array.from(other)),
    );
    assert.deepEqual(found.fields[0]?.first.values, values);
  });
}

test('an array that is cut off, and one of Python objects, are compared byte by byte, which is said', async () => {
  const whole = npy('<f8', '2,', floats(1, 2));
  const cut = await differenceOf(whole, whole.subarray(0, whole.length - 3));
  assert.match(cut.unreadable ?? '', /^Cannot be read as a numpy array: it ends before its last element/);
  const objects = await differenceOf(
    npy('|O', '1,', new Uint8Array([1])),
    npy('|O', '1,', new Uint8Array([2])),
  );
  assert.match(objects.unreadable ?? '', /its elements are of the type \|O/);
});
