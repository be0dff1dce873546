import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { stringifyJson } from '../../../src/contracts/json/stringify-json.js';
import { readParameterFile } from '../../../src/jobs/submission/parameter-sets/read-parameter-file.js';
import { packageRoot } from '../../../src/package/package-root.js';

const read = (name: string) =>
  readParameterFile(name, {
    text: async () => assert.fail('Parquet is no text'),
    bytes: () => readFile(join(packageRoot, 'test', 'fixtures', 'parameter-sets', name)),
  });

for (const name of ['good.snappy.parquet', 'good.zstd.parquet'])
  test(`the columns of ${name} stay what they are, and a column seed is the seed of each row`, async () => {
    const { sets = [], told } = (await read(name)) as { sets: unknown[]; told: string[] };
    assert.deepEqual(
      sets.map((set) => stringifyJson(set)),
      [
        '{"params":{"beta":0.1,"n":1,"small":1,"half":0.5,"on":true,"place":"high","code":"01"},"seed":0}',
        '{"params":{"beta":1.0,"n":4611686018427387904,"small":2,"half":0.25,"on":false,"place":"ü","code":"02"},"seed":18446744073709551615}',
        '{"params":{"beta":1e-07,"n":-3,"small":3,"half":2.0,"on":true,"place":"","code":"01"},"seed":7}',
      ],
    );
    assert.deepEqual(told, [
      'Columns: beta float, n int, small int, half float, on bool, place text, code text, seed of each set.',
    ]);
  });

test('a table that pandas wrote without its index is read', async () => {
  const { sets } = await read('pandas.parquet');
  assert.equal(stringifyJson(sets?.[0]), '{"params":{"beta":0.1,"n":1}}');
});

for (const [name, expected] of [
  ['index', /^Column __index_level_0__ is the index of a pandas table: .*index=False/],
  ['nested', /^Column x is nested \(a struct\): a parameter is a whole number, a float, a boolean or text/],
  ['list', /^Column x is nested \(LIST\)/],
  ['map', /^Column x is nested \(MAP\)/],
  ['null', /^Row 2, column x is missing: a parameter always has a value/],
  ['nulltext', /^Row 2, column x is missing/],
  ['nan', /^Row 2, column x is missing/],
  ['infinite', /^Row 1, column x is infinite/],
  ['date', /^Column x is of the type DATE of INT32/],
  ['time', /^Column x is of the type TIMESTAMP of INT64/],
  ['decimal', /^Column x is of the type DECIMAL of/],
  ['bytes', /^Column x is of the type BYTE_ARRAY/],
  ['allnull', /^Column x is of the type NULL of INT32/],
  ['empty', /^The file has no row/],
  ['seed', /^Column seed holds no whole numbers/],
  ['negative', /^Row 1, column seed is -1: it holds the seed of each row, from 0 to/],
  ['twice', /^Column x is there twice: remove one/],
] as const)
  test(`a table with what no parameter set can be is refused by name: ${name}`, async () => {
    await assert.rejects(read(`${name}.parquet`), { message: expected });
  });

test('what is no Parquet is called that', async () => {
  for (const bytes of [Buffer.from(''), Buffer.from('x,y\n1,2\n'), Buffer.from('PAR1----PAR1')])
    await assert.rejects(
      readParameterFile('sets.parquet', { text: async () => '', bytes: async () => bytes }),
      /^ContractViolation: The file cannot be read as Parquet: /,
    );
});
