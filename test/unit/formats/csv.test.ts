import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCsv } from '../../../src/formats/open-csv.js';
import { typedBatches } from '../../../src/formats/typed-batches.js';

async function read(text: string) {
  const table = await openCsv(Buffer.from(text));
  const columns: Record<string, unknown[]> = {};
  for await (const batch of typedBatches(table)) {
    assert.equal(batch.nameless, table.nameless);
    for (const { name, kind, cells } of batch.columns) columns[name] = [kind, ...Array.from(cells)];
  }
  return { names: table.columns.map(({ name }) => name), nameless: table.nameless, columns };
}

const headers: [string, string, string[], boolean][] = [
  ['of words', 'a,b\n1,2\n', ['a', 'b'], false],
  ['of a matrix', '0,1,2\n5,6,7\n', ['0', '1', '2'], false],
  ['of years', '2020;2021\n1.5;2\n', ['2020', '2021'], false],
  ['of words and numbers', 'age,2020\n1,2\n', ['age', '2020'], false],
  ['of equal numbers', '0,0\n1,2\n', ['column 1', 'column 2'], true],
  ['of floats', '0.5,1\n1,2\n', ['column 1', 'column 2'], true],
  ['of numbers with a sign', '-1,2\n1,2\n', ['column 1', 'column 2'], true],
  ['of one number', '1\n2\n', ['column 1'], true],
  ['of all that there is', '1,2\n', ['column 1', 'column 2'], true],
];
for (const [what, text, names, nameless] of headers)
  test(`the first record ${what} is ${nameless ? 'a row' : 'the names'}`, async () => {
    const found = await read(text);
    assert.deepEqual([found.names, found.nameless], [names, nameless]);
  });

test('digits that are a code stay text, and numbers are numbers', async () => {
  const { columns } = await read(
    'code,signed,zero,float,exponent,big\n007,-01,0,0.5,0e3,18446744073709551615\n8,2,10,007.5,1,0\n',
  );
  assert.deepEqual(columns, {
    code: ['text', '007', '8'],
    signed: ['text', '-01', '2'],
    zero: ['int64', 0n, 10n],
    float: ['float64', 0.5, 7.5],
    exponent: ['float64', 0, 1],
    big: ['uint64', 2n ** 64n - 1n, 0n],
  });
});
