import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { compareFiles } from '../../../src/comparison/compare-files.js';
import type { ContentDifference } from '../../../src/comparison/content-difference.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();
const tables = join(packageRoot, 'test', 'fixtures', 'tables');
const endedAt = Date.parse('2026-11-29T09:00:00Z');

type Content = string | Uint8Array;

/** What differs between two contents of one output. */
async function differenceOf(
  one: Content,
  other: Content,
  { name = 'output', type = 'application/octet-stream' } = {},
): Promise<ContentDifference> {
  const folder = await make({ one, other });
  const file = (path: string) => ({ name, contentType: type, path: join(folder, path) });
  const found = await compareFiles(file('one'), file('other'), [endedAt, endedAt]);
  assert.ok(found, 'they are not the same');
  return found;
}

/** The fields that differ, and of each how many values, where first, and which. */
function fieldsOf({ fields }: ContentDifference): unknown[] {
  return fields.map(({ field, different, first }) => [field, different, first.at, ...first.values]);
}

for (const file of readdirSync(tables).filter((name) => /^first\.\w/.test(name))) {
  test(`a table as pyarrow writes it is compared column by column: ${file.slice('first.'.length)}`, async () => {
    const type = file.endsWith('.arrows')
      ? 'application/vnd.apache.arrow.stream'
      : 'application/octet-stream';
    const found = await differenceOf(
      await readFile(join(tables, file)),
      await readFile(join(tables, file.replace('first', 'second'))),
      { type },
    );
    assert.equal(found.format, file.endsWith('.parquet') ? 'parquet' : 'arrow');
    assert.equal(found.unreadable, undefined);
    const [types, ...others] = found.structure.filter((sentence) => !/only in the/.test(sentence));
    assert.match(
      types ?? '',
      /^the column "type" is .*(?:32|INT32).* in the first, and .*(?:64|INT64).* in the second$/,
    );
    assert.deepEqual(others, []);
    assert.deepEqual(found.structure.filter((sentence) => /only in the/.test(sentence)).sort(), [
      'the column "added" is only in the second',
      'the column "removed" is only in the first',
    ]);
    assert.deepEqual(
      fieldsOf(found),
      [
        ['cases', 1, 'row 3', '4.5', '4.500000000001'],
        ['place', 1, 'row 5', '"west"', '"east"'],
        ['at', 1, 'row 5', '"1970-01-01T00:00:00.000000005Z"', '"1970-01-01T00:00:00.000000006Z"'],
        ['weight', 1, 'row 5', '0.5', '1.5'],
        ['ages[]', 1, 'row 5[1]', '6', '7'],
        ['order', 6, 'row 0', '1', '6'],
      ].map(([field, count, at, one, other]) => [field, count, at, one, other]),
    );
    const [cases] = found.fields;
    assert.ok((cases?.largest?.relative ?? 1) < 1e-12);
    assert.deepEqual(
      found.fields.map(({ reordered }) => reordered),
      [false, false, false, false, false, true],
    );
  });
}

for (const [what, file, type, why] of [
  [
    'an Arrow file',
    'first.lz4.arrow',
    'application/vnd.apache.arrow.file',
    /^Cannot be read as Arrow: it ends before its footer/,
  ],
  [
    'an Arrow stream',
    'first.arrows',
    'application/vnd.apache.arrow.stream',
    /^Cannot be read as Arrow: it has no end mark, so it was cut off/,
  ],
  ['a Parquet file', 'first.snappy.parquet', 'application/octet-stream', /^Cannot be read as Parquet: /],
] as const) {
  test(`${what} that was cut off is compared byte by byte, which is said`, async () => {
    const whole = await readFile(join(tables, file));
    const found = await differenceOf(whole, whole.subarray(0, whole.length - 100), { type });
    assert.match(found.unreadable ?? '', why);
    assert.deepEqual([found.format, found.fields], ['bytes', []]);
    assert.deepEqual(found.first_byte.bytes, [whole.at(-100), null]);
    assert.equal(found.first_byte.offset, whole.length - 100);
  });
}

test('a CSV table is compared by the names of its columns and the values of its numbers', async () => {
  const found = await differenceOf(
    'day,cases,place,gone\n0,1.0,north,1\n1,2.5,south,1\n2,nan,"a, b",1\n',
    'cases,day,place,new\n1.00,0,north,1\n2.75,1,south,1\nNaN,2,"a, c",1\n9,3,west,1\n',
  );
  assert.equal(found.format, 'csv');
  assert.deepEqual(found.structure, [
    'the column "gone" is only in the first',
    'the column "new" is only in the second',
    'the first has 3 rows, and the second 4',
  ]);
  assert.equal(found.names_reordered, true);
  assert.deepEqual(fieldsOf(found), [
    ['cases', 1, 'row 1', '2.5', '2.75'],
    ['place', 1, 'row 2', '"a, b"', '"a, c"'],
  ]);
  assert.deepEqual(found.fields[0]?.largest, { absolute: 0.25, relative: 0.25 / 2.75 });
});

test('a table without a header has columns by their places', async () => {
  const found = await differenceOf('1.5,2\n3,4\n', '1.5,2\n3,5\n');
  assert.deepEqual(fieldsOf(found), [['column 2', 1, 'row 1', '4', '5']]);
});

test('a CSV table whose rows do not fit its header is compared byte by byte', async () => {
  const text = 'a,b\n1,2\n1,2,3\n';
  const found = await differenceOf(text, text.replace('3', '4'), { name: 'table.csv' });
  assert.match(found.unreadable ?? '', /^Cannot be read as CSV: /);
  assert.deepEqual(found.first_byte, {
    offset: 12,
    bytes: [51, 52],
    around: ['a,b\n1,2\n1,2,3\n', 'a,b\n1,2\n1,2,4\n'],
  });
});

test('a quote that is never closed does not take the memory of the whole table', async () => {
  const long = `a,b\n1,"${'x'.repeat(20 * 1024 * 1024)}`;
  const found = await differenceOf(`${long}y\n`, `${long}z\n`, { name: 'table.csv' });
  assert.match(found.unreadable ?? '', /^Cannot be read as CSV: /);
});

test('a table of a million rows is compared in memory that would not hold it', async () => {
  const rows = Array.from({ length: 1_000_000 }, (_, row) => `${row},${row / 2}`);
  const whole = `a,b\n${rows.join('\n')}\n`;
  const folder = await make({ one: whole, other: whole.replace('\n999999,', '\n999998,') });
  const module = join(packageRoot, 'dist', 'src', 'comparison', 'compare-files.js');
  const script = `
    const { compareFiles } = await import(${JSON.stringify(module)});
    const file = (path) => ({ name: 'x', contentType: '', path: ${JSON.stringify(folder)} + '/' + path });
    console.log(JSON.stringify(await compareFiles(file('one'), file('other'), [0, 0])));`;
  const { stdout } = await execa(
    process.execPath,
    ['--max-old-space-size=64', '--input-type=module', '--eval', script],
    { timeout: 300_000 },
  );
  const found: ContentDifference = JSON.parse(stdout);
  assert.deepEqual(fieldsOf(found), [['a', 1, 'row 999999', '999999', '999998']]);
  assert.equal(found.fields[0]?.compared, 1_000_000);
});

test('values that are written differently, and whole numbers beyond floats, are told apart by value', async () => {
  const same = await differenceOf('a,b\n1.0,-0.0\n', 'a,b\n1.00,0.0\n');
  assert.deepEqual([same.structure, same.fields], [[], []]);
  assert.equal(same.first_byte.offset, 7);
  const other = await differenceOf('[18446744073709551614]', '[18446744073709551615]');
  assert.deepEqual(fieldsOf(other), [['[]', 1, '[0]', '18446744073709551614', '18446744073709551615']]);
  assert.equal(other.fields[0]?.largest?.absolute, 1);
});

test('a text is compared line by line, and number by number where a line holds nothing else', async () => {
  const found = await differenceOf(
    'made by a\n0.5 1 nan\nend\n',
    'made by b\n0.5000000000001 1 nan\nend\nmore\n',
  );
  assert.equal(found.format, 'text');
  assert.deepEqual(fieldsOf(found), [
    ['', 1, 'line 1', '"made by a"', '"made by b"'],
    ['[]', 1, 'line 2[0]', '0.5', '0.5000000000001'],
  ]);
  assert.deepEqual(found.structure, ['the second has more lines: the other ends after 3']);
});

test('JSON is compared path by path, also with what Python writes', async () => {
  const found = await differenceOf(
    '{"r": [{"n": 1, "name": "a"}, {"n": NaN}], "text": "NaN, Infinity", "list": [1, 2, 3], "was": 1}',
    '{"text": "NaN, Infinity", "r": [{"n": 2, "name": "a"}, {"n": NaN}], "list": [1, 2], "is": -Infinity}',
  );
  assert.equal(found.format, 'json');
  assert.deepEqual(fieldsOf(found), [['r[].n', 1, 'r[0].n', '1', '2']]);
  assert.deepEqual(found.structure, [
    'the object has "was" only in the first',
    'the object has "is" only in the second',
    'list has 3 elements in the first, and 2 in the second',
  ]);
  assert.equal(found.names_reordered, true);
});

test('a document with a name for everything is compared in bounded memory, and all that differs counts', async () => {
  const document = (value: number) =>
    JSON.stringify(
      Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`agent-${index}`, value])),
    );
  const found = await differenceOf(document(1), document(2));
  const all = found.fields.reduce((sum, { different }) => sum + different, 0);
  assert.equal(found.fields.length, 50);
  assert.equal(found.more_fields, 1_001 - 50);
  assert.equal(all, 50);
});

test('words in the order of a set are told as such', async () => {
  const text = await differenceOf('people: anna bert carl dora', 'people: dora carl anna bert');
  assert.deepEqual([text.format, text.fields[0]?.reordered], ['text', true]);
  const json = await differenceOf('{"b": 1, "a": 2}', '{"a": 2, "b": 1}');
  assert.deepEqual([json.fields, json.names_reordered], [[], true]);
  const rows = await differenceOf('id,x\na,1\nb,2\n', 'id,x\nb,2\na,1\n');
  assert.deepEqual(
    rows.fields.map(({ reordered }) => reordered),
    [true, true],
  );
  const other = await differenceOf('id,x\na,1\nb,2\n', 'id,x\na,2\nb,3\n');
  assert.deepEqual(
    other.fields.map(({ reordered }) => reordered),
    [false],
  );
});

for (const [what, one, other, kind] of [
  ['seconds since 1970', '{"a": 1795942800.5}', '{"a": 1795942900.25}', 'time'],
  ['milliseconds since 1970', '{"a": 1795942800500}', '{"a": 1795942900250}', 'time'],
  ['a number of that size on another day', '{"a": 1695942800}', '{"a": 1695942900}', 'number'],
  ['a date and time', 'made 2026-11-29T08:59:59Z by x', 'made 2026-11-29T09:00:01Z by x', 'time'],
  ['a time of day', 'x at 08:59:59.5', 'x at 09:00:01.25', 'time'],
  ['a simulated day', 'x on 2020-03-01', 'x on 2020-03-04', 'text'],
  ['a time and more', 'at 2026-11-29 08:59:59 x', 'at 2026-11-29 09:00:01 y', 'text'],
  ['an address', '<Person object at 0x7f0ee05cf1d0>', '<Person object at 0x7fbee05cf1d0>', 'address'],
  ['a UUID', 'id 3f2504e0-4f89-41d3-9a0c-0305e82c3301', 'id 9f2504e0-4f89-41d3-9a0c-0305e82c3301', 'uuid'],
] as const) {
  test(`what differs is told as what it is: ${what}`, async () => {
    const { fields } = await differenceOf(one, other);
    assert.deepEqual(
      fields.map((field) => field.kind),
      [kind],
    );
  });
}

test('bytes that are nothing known part at an offset', async () => {
  const found = await differenceOf(Buffer.from([0, 1, 2, 3]), Buffer.from([0, 1, 9]));
  assert.deepEqual(found, {
    format: 'bytes',
    structure: [],
    fields: [],
    more_fields: 0,
    names_reordered: false,
    first_byte: { offset: 2, bytes: [2, 9] },
  });
});

test('an output that is a table of one kind here and of another there is told as that', async () => {
  const arrow = await readFile(join(tables, 'first.lz4.arrow'));
  const found = await differenceOf(arrow, 'a,b\n1,2\n3,4\n');
  assert.deepEqual(found.structure, ['it is Arrow in the first, and CSV in the second']);
});

test('files that are the same have no difference', async () => {
  const folder = await make({ one: 'a', other: 'a' });
  const file = (path: string) => ({ name: 'x', contentType: '', path: join(folder, path) });
  assert.equal(await compareFiles(file('one'), file('other'), [0, 0]), undefined);
});
