import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paramId } from '../../../src/contracts/identities/param-id.js';
import { parseGrid } from '../../../src/contracts/job/parse-grid.js';
import { stringifyJson } from '../../../src/contracts/json/stringify-json.js';
import { ContractViolation } from '../../../src/contracts/validation/contract-violation.js';

test('the last parameter of a grid varies fastest', () => {
  assert.equal(
    stringifyJson(parseGrid(['x=1,2', 'y=0.1,0.2'])),
    '[{"x":1,"y":0.1},{"x":1,"y":0.2},{"x":2,"y":0.1},{"x":2,"y":0.2}]',
  );
});

test('numbers keep their text, words are strings, quotes hold commas', () => {
  assert.equal(
    stringifyJson(parseGrid(['x=1,1.0,1e-07,-0.0,9007199254740993'])),
    '[{"x":1},{"x":1.0},{"x":1e-07},{"x":-0.0},{"x":9007199254740993}]',
  );
  assert.equal(
    stringifyJson(parseGrid(['s = true , false, high, "a,b", "true", "", "q\\"", 2024-01-01, a=b'])),
    '[{"s":true},{"s":false},{"s":"high"},{"s":"a,b"},{"s":"true"},{"s":""},{"s":"q\\""},{"s":"2024-01-01"},{"s":"a=b"}]',
  );
});

for (const [written, values] of [
  ['0.1:0.5:0.1', '0.1 0.2 0.3 0.4 0.5'],
  ['.1:.5:.2', '0.1 0.3 0.5'],
  ['0:1:0.25', '0.0 0.25 0.5 0.75 1.0'],
  ['1:5:1', '1 2 3 4 5'],
  ['0:100:50', '0 50 100'],
  ['10:0:-5', '10 5 0'],
  ['-1:1:1', '-1 0 1'],
  ['0.5:-0.5:-0.5', '0.5 0.0 -0.5'],
  ['1e-3:3e-3:1e-3', '0.001 0.002 0.003'],
  ['1e-7:2e-7:1e-7', '1e-07 2e-07'],
  ['1e3:3e3:1000', '1000.0 2000.0 3000.0'],
  ['9007199254740991:9007199254740995:2', '9007199254740991 9007199254740993 9007199254740995'],
  ['3:3:1', '3'],
  ['1:2:1,7,8:9:1', '1 2 7 8 9'],
] as const) {
  test(`${written} in a grid is a range of exact decimals, both ends included`, () => {
    const expected = values.split(' ').map((value) => `{"x":${value}}`);
    assert.equal(stringifyJson(parseGrid([`x=${written}`])), `[${expected}]`);
  });
}

test('a value of a range is the same parameter as the one in a list', () => {
  const listed = Array.from({ length: 101 }, (_, at) => (at / 100).toFixed(2).replace(/0$/, ''));
  const ids = (axis: string) => parseGrid([axis]).map((values) => paramId(values));
  assert.deepEqual(ids('x=0:1:0.01'), ids(`x=${listed}`));
});

test('what Python writes and JSON does not is taken where it can mean one thing only', () => {
  assert.equal(
    stringifyJson(parseGrid(['x=True,False,.3,-.3,1.,+1,1_000,1_0.0_1,.5e-3'])),
    '[{"x":true},{"x":false},{"x":0.3},{"x":-0.3},{"x":1.0},{"x":1},{"x":1000},{"x":10.01},{"x":0.5e-3}]',
  );
});

test('a grid without parameters is one empty set', () => {
  assert.deepEqual(parseGrid([]), [{}]);
});

for (const [axes, reason] of [
  [['x'], /"x" must name a parameter and its values/],
  [['=1'], /must name a parameter/],
  [['x='], /^x has an empty value/],
  [['x=1,,2'], /^x has an empty value/],
  [['x=1,'], /^x has an empty value/],
  [['x=1', 'x=2'], /^x is given twice/],
  [['x=1,2,1'], /^x has the value 1 twice/],
  [['x=NaN'], /^x has the value NaN, which is no JSON/],
  [['x=-inf'], /which is no JSON/],
  [['x=01'], /which is no JSON/],
  [['x=0x1f'], /which is no JSON/],
  [['x=1e400'], /^x is 1e400/],
  [['x=TRUE'], /which is no JSON/],
  [['x=1__0'], /which is no JSON/],
  [['fips=01001'], /01001, which is no JSON: correct it, or write 'fips="01001"' for the string/],
  [['x=None'], /a parameter always has one: leave the parameter out, or write 'x="None"' for the string/],
  [['x=null'], /a parameter always has one/],
  [["x='a'"], /must be quoted as in JSON, in quotes that the shell keeps; write 'x="'\\''a'\\''"' for/],
  [['x=1.0,1.'], /^x has the value 1\.0 twice/],
  [['x=0.1:0.3:0.1,0.2'], /^x has the value 0\.2 twice/],
  [['x=0:1:0'], /whose step is 0/],
  [['x=1:5:-1'], /leads away from its end: write 1:5:1/],
  [['x=5:1:1'], /leads away from its end: write 5:1:-1/],
  [['x=0:1:0.3'], /do not meet its end: they meet 0\.9 and 1\.2\. Write 0:0\.9:0\.3 or 0:1\.2:0\.3/],
  [['x=10:1:-2'], /they meet 2 and 0\./],
  [['x=0:1000000:1'], /more than 1000000 values/],
  [['x=0:1e300:1e-300'], /more than 1000000 values/],
  [['x=1:1.0000000000000002:1e-17'], /do not meet|too small for a 64-bit float/],
  [['x=1e308:2e308:1e308'], /outside the range of a 64-bit float/],
  [['x=1:5'], /which is no range: write it as x=first:last:step, or write 'x="1:5"' for the string/],
  [['x=1:5:'], /no range/],
  [['x=1:2:3:4'], /no range/],
  [['x=1..10'], /no range/],
  [['x=0.1..0.5'], /no range/],
  [['x=[1,2]'], /single values/],
  [['x={"a":1}'], /single values/],
  [['x="a'], /no string in JSON/],
  [['x="a"b'], /no string in JSON/],
  [['x="\\q"'], /no string in JSON/],
  [['x="\\ud800"'], /surrogate/],
  [['__proto__=1'], /cannot be used as a name/],
  [Array.from({ length: 21 }, (_, i) => `p${i}=1,2`), /larger than 1000000/],
] as const) {
  test(`the grid ${axes.slice(0, 2).join(' ')} is refused, saying why`, () => {
    assert.throws(
      () => parseGrid(axes),
      (error) => error instanceof ContractViolation && reason.test(error.message),
    );
  });
}
