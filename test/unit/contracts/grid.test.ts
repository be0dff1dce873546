import assert from 'node:assert/strict';
import { test } from 'node:test';
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
  [['x=null'], /which is no JSON/],
  [['x=True'], /which is no JSON/],
  [['x=.5'], /\.5, which is no JSON/],
  [['x=+1'], /which is no JSON/],
  [['x=01'], /which is no JSON/],
  [['x=1_000'], /which is no JSON/],
  [['x=0x1f'], /which is no JSON/],
  [['x=1e400'], /^x is 1e400/],
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
