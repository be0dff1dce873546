import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLosslessNumber } from 'lossless-json';
import { parseJson } from '../../../src/contracts/json/parse-json.js';
import { stringifyJson } from '../../../src/contracts/json/stringify-json.js';
import { ContractViolation } from '../../../src/contracts/validation/contract-violation.js';

function violation(text: string): ContractViolation {
  try {
    parseJson(text);
  } catch (error) {
    assert.ok(error instanceof ContractViolation, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: `accepted ${text.slice(0, 60)}` });
}

test('numbers keep their text from reading to writing', () => {
  const text =
    '{"a":1,"b":1.0,"c":1e-07,"d":9007199254740993,"e":-0.0,"f":18446744073709551615,"g":[-0,1E5]}';
  assert.equal(stringifyJson(parseJson(text)), text);
  assert.ok(isLosslessNumber(parseJson('1')));
});

test('bigints are written as integers, and undefined fields not at all', () => {
  assert.equal(stringifyJson({ seed: 2n ** 64n - 1n, none: undefined }), '{"seed":18446744073709551615}');
});

test('NaN and infinities are never written', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, { a: [Number.NEGATIVE_INFINITY] }]) {
    assert.throws(() => stringifyJson(value), /numbers must be finite/);
  }
  assert.throws(() => stringifyJson(undefined), /Cannot write undefined/);
});

for (const [text, field, word] of [
  ['{"params":{"values":{"alpha":1,"beta":NaN}}}', 'params.values.beta', 'NaN'],
  ['{"params":{"values":{"beta": Infinity }}}', 'params.values.beta', 'Infinity'],
  ['{"params":{"values":{"beta":-Infinity}}}', 'params.values.beta', '-Infinity'],
  ['{"a":{"x":[1,{"}":"]"},[NaN]]}}', 'a.x[2][0]', 'NaN'],
  ['{"a\\"b":{"c":NaN}}', '["a\\"b"].c', 'NaN'],
] as const) {
  test(`${word} at ${field} is reported by field`, () => {
    const found = violation(text);
    assert.equal(found.field, field);
    assert.equal(found.message, `${field} is ${word}: a number in JSON must be finite.`);
  });
}

test('a bare NaN is reported as the whole document', () => {
  assert.equal(violation('NaN').message, 'The document is NaN: a number in JSON must be finite.');
});

for (const [text, reason] of [
  ['{"a":True}', /^a is True, as Python writes it: JSON writes true\.$/],
  ['{"a":[1,False]}', /^a\[1\] is False, as Python writes it: JSON writes false\.$/],
  ['{"a":None}', /^a is None, as Python writes it: JSON writes null\.$/],
  ['{"a":.3}', /^a is \.3: JSON writes 0\.3\.$/],
  ['{"a":-.3}', /^a is -\.3: JSON writes -0\.3\.$/],
  ['{"a":+1}', /^a has a number that begins with \+/],
  ["{'a':1}", /^The document has single quotes \('…'\): JSON writes strings and names in double quotes\.$/],
  ['{"a":\'x\'}', /^a has single quotes/],
  ['{"a":1, // why\n"b":2}', /has a comment, and JSON has none/],
  ['# why\n{}', /^The document has a comment/],
] as const) {
  test(`${text} is told as what another language writes`, () =>
    assert.match(violation(text).message, reason));
}

test('a syntax error names the field in which it stands', () => {
  assert.equal(violation('{"a":{"b":[1,2,oops]}}').field, 'a.b[2]');
  assert.equal(violation('{"a":1').field, 'a');
  assert.match(violation('').message, /^The document is not valid JSON/);
  for (const text of [
    '{',
    '[',
    '"',
    '{"a"',
    '{"a":',
    '{"a":1,}',
    '[1,]',
    "{'a':1}",
    '01',
    '1 2',
    '"\\x"',
    '{"a":"\\',
  ])
    violation(text);
});

test('a name given twice is an error unless both values are the same', () => {
  assert.equal(violation('{"a":{"b":1,"c":2,"b":3}}').message, 'a.b is given twice, with different values.');
  assert.equal(violation('{"a":[{"x":1},{"x":1,"x":1.0}]}').field, 'a[1].x');
  assert.equal(stringifyJson(parseJson('{"b":1,"b":1}')), '{"b":1}');
});

test('the name __proto__ is refused wherever it stands, however it is written', () => {
  assert.equal(violation('{"params":{"values":{"__proto__":{"x":1}}}}').field, 'params.values.__proto__');
  assert.equal(violation('[{"\\u005f_proto__":1}]').field, '[0].__proto__');
  assert.deepEqual(Object.keys(parseJson('{"constructor":"a","toString":"b"}') as object), [
    'constructor',
    'toString',
  ]);
});

test('a document nested without end is an error, not a crash', () => {
  for (const bomb of [
    '['.repeat(1_000_000),
    '{"a":'.repeat(200_000),
    `${'['.repeat(101)}${']'.repeat(101)}`,
  ]) {
    assert.match(violation(bomb).message, /nested more than 100 levels/);
  }
  parseJson('['.repeat(100) + ']'.repeat(100));
  parseJson(JSON.stringify({ text: '['.repeat(1000) }));
});
