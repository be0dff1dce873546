import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringifyJson } from '../../../src/contracts/json/stringify-json.js';
import { ContractViolation } from '../../../src/contracts/validation/contract-violation.js';
import { readParameterSets } from '../../../src/jobs/submission/parameter-sets/read-parameter-sets.js';

function read(name: string, text: string): string {
  const { sets } = readParameterSets(name, text);
  assert.ok(sets, 'it is a job or a study');
  return stringifyJson(
    sets.map(({ params, seed }) => (seed === undefined ? params : { ...params, '#': seed })),
  );
}

function refusal(name: string, text: string): string {
  try {
    readParameterSets(name, text);
  } catch (error) {
    assert.ok(error instanceof ContractViolation, String(error));
    return error.message;
  }
  throw new assert.AssertionError({ message: 'accepted' });
}

for (const [what, text, expected] of [
  ['whole numbers', 'n\n1\n9007199254740993\n-3', '[{"n":1},{"n":9007199254740993},{"n":-3}]'],
  ['floats with their text', 'x\n0.30\n1e3\n1e-07', '[{"x":0.30},{"x":1e3},{"x":1e-07}]'],
  ['whole numbers beside floats', 'x\n0\n0.5\n-1', '[{"x":0.0},{"x":0.5},{"x":-1.0}]'],
  ['numbers as Python writes them', 'x\n.5\n1.\n+1', '[{"x":0.5},{"x":1.0},{"x":1.0}]'],
  ['booleans', 'on\nTrue\nfalse\nTRUE', '[{"on":true},{"on":false},{"on":true}]'],
  ['words', 'place\nhigh\n"a,b"\nNA', '[{"place":"high"},{"place":"a,b"},{"place":"NA"}]'],
  ['codes with zeros before them', 'fips\n01001\n12086', '[{"fips":"01001"},{"fips":"12086"}]'],
  ['an empty string', 'note\n""\nx', '[{"note":""},{"note":"x"}]'],
  ['quoted numbers', '"n","x"\n"1","0.5"', '[{"n":1,"x":0.5}]'],
  ['seeds', 'x,seed\n1,18446744073709551615\n2,0', '[{"x":1,"#":18446744073709551615},{"x":2,"#":0}]'],
  ['semicolons', 'x;name\n1;a,b', '[{"x":1,"name":"a,b"}]'],
  ['tabs', 'x\tname\n1\ta b', '[{"x":1,"name":"a b"}]'],
  ['lines of Windows, empty lines and blanks', 'x, y\r\n1, 2\r\n\r\n', '[{"x":1,"y":2}]'],
] as const) {
  test(`a table gives parameter sets: ${what}`, () => assert.equal(read('sets.CSV', text), expected));
}

test('the types of the columns are told', () => {
  const { told } = readParameterSets('sets.csv', 'a,b,c,d,seed\n1,0.5,true,x,7') as { told: string[] };
  assert.deepEqual(told, ['Columns: a int, b float, c bool, d text, seed of each set.']);
});

for (const [what, text, reason] of [
  ['an empty cell', 'x,y\n1,2\n3,', /^Row 3, column y is empty: a parameter always has a value/],
  [
    'a cell without a number among numbers',
    'x\n1\nNaN',
    /^Row 3, column x is "NaN", and row 2 is the number 1: give it/,
  ],
  [
    'a word among numbers',
    'x\nhigh\n1',
    /^Row 2, column x is "high", and row 3 is the number 1: a column has one type/,
  ],
  ['a code among floats', 'x\n01\n0.5', /^Row 2, column x is "01"/],
  ['a decimal comma', 'x;y\n0,3;1', /^Row 2, column x is 0,3, with a decimal comma/],
  ['digits that a float cannot hold', 'x\n0.5\n9007199254740993', /cannot hold all its digits/],
  ['an infinite float', 'x\n1e400', /^Row 2, column x is 1e400: it lies outside/],
  ['a row that is too long', 'x\n1,2', /^Line 2 has more or fewer cells than the header/],
  ['a row that is too short', 'x,y\n1,2\n3', /^Line 3 has more or fewer cells than the header/],
  ['an open quote', 'x\n"1', /^The file is no table: /],
  ['a column without a name', ',x\n0,1', /^The file has no name above column 1: .*index=False/],
  ['a column twice', 'x,x\n1,2', /^Column x is there twice/],
  ['no header', '0.1,0.2\n0.3,0.4', /^The file has numbers in its first row \(0\.1, 0\.2\)/],
  ['no rows', 'x,y\n', /^The file has no row below its header/],
  ['nothing', '', /^The file is empty/],
  ['a seed that is none', 'x,seed\n1,0.5', /^Row 2, column seed is "0\.5": it holds the seed of each row/],
  ['a seed that is too large', 'x,seed\n1,18446744073709551616', /from 0 to 18446744073709551615/],
  ['__proto__', '__proto__,x\n1,2', /cannot be used as a name/],
] as const) {
  test(`a table with ${what} is refused, saying where`, () =>
    assert.match(refusal('sets.csv', text), reason));
}

test('JSON lines give a set in each, with seeds where they have them', () => {
  assert.equal(
    read('sets.jsonl', '{"x":1.0,"s":"a"}\r\n\n{"params":{"x":2},"seed":18446744073709551615}\n'),
    '[{"x":1.0,"s":"a"},{"x":2,"#":18446744073709551615}]',
  );
  assert.match(refusal('sets.ndjson', '{"x":1}\n{"x":}'), /^Line 2 is wrong in x is not valid JSON/);
  assert.match(refusal('sets.jsonl', '{"x":1}\n[1]'), /^Line 2 is a list/);
  assert.match(refusal('sets.jsonl', '{"x":True}'), /^Line 1 is wrong in x is True, as Python writes it/);
  assert.match(refusal('sets.jsonl', '{"x":null}'), /x is null/);
  assert.match(refusal('sets.jsonl', '\n'), /^The file is empty/);
});

test('a list in JSON or YAML gives parameter sets, with the text of their numbers', () => {
  assert.equal(read('sets.json', '[{"x":1.0},{"params":{"x":2},"seed":3}]'), '[{"x":1.0},{"x":2,"#":3}]');
  assert.match(refusal('sets.json', '[]'), /is empty/);
  const yaml = `
- {x: 1.0, n: 9007199254740993, big: 1e-07, on: True, place: high}   # a comment
- params: {x: .5, code: "01001", date: 2024-01-01}
  seed: 18446744073709551615
`;
  assert.equal(
    read('sets.yaml', yaml),
    '[{"x":1.0,"n":9007199254740993,"big":1e-07,"on":true,"place":"high"},{"x":0.5,"code":"01001","date":"2024-01-01","#":18446744073709551615}]',
  );
});

test('a study in YAML is the study in JSON', () => {
  const { json } = readParameterSets(
    'study.yml',
    'model: models.sir\nscenario: baseline\nparameter_sets:\n- &base {x: 1.0}\n- {x: 2}\nn_replicates: 2\n',
  ) as { json: string };
  assert.equal(
    json,
    '{"model":"models.sir","scenario":"baseline","parameter_sets":[{"x":1.0},{"x":2}],"n_replicates":2}',
  );
});

for (const [what, text, reason] of [
  [
    'a word that some read as a boolean',
    '- x: 1\n- x: yes',
    /^Line 2 has the value yes, a boolean to some readers/,
  ],
  ['NaN', '- x: .nan', /^Line 1 has the value \.nan, which is no number in JSON/],
  ['a hexadecimal number', '- x: 0x1f', /0x1f/],
  ['an octal number', '- x: 012', /^Line 1 has the value 012/],
  ['base 60', '- x: 1:30', /^Line 1 has the value 1:30/],
  ['nothing', '- x:', /x is null/],
  ['a name twice', '- x: 1\n  x: 2', /is not valid YAML: .*unique/],
  ['two documents', '- x: 1\n---\n- x: 2', /is not valid YAML/],
  ['a tab', '- x: 1\n\ty: 2', /is not valid YAML/],
  ['__proto__', '- __proto__: 1', /cannot be used as a name/],
  [
    'a billion laughs',
    `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefg'].map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdef'[at]}`)}]`).join('\n')}`,
    /cannot be used/,
  ],
] as const) {
  test(`YAML with ${what} is refused`, () => assert.match(refusal('sets.yaml', text), reason));
}
