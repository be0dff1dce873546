import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { LosslessNumber } from 'lossless-json';
import { blake2b } from '../../../src/contracts/identities/blake2b.js';
import { createBlake2b256 } from '../../../src/contracts/identities/create-blake2b-256.js';
import { paramId } from '../../../src/contracts/identities/param-id.js';
import { canonicalJson } from '../../../src/contracts/json/canonical-json.js';
import { parseJson } from '../../../src/contracts/json/parse-json.js';
import { pythonNumber } from '../../../src/contracts/json/python-number.js';
import type { Scalar } from '../../../src/contracts/json/scalar.js';
import { randomParameters } from './random-parameters.js';

const canonical = (text: string) => canonicalJson(new LosslessNumber(text));

for (const [text, repr] of [
  ['1e-07', '1e-07'],
  ['0.0000001', '1e-07'],
  ['0.0001', '0.0001'],
  ['0.00001', '1e-05'],
  ['1e16', '1e+16'],
  ['1e15', '1000000000000000.0'],
  ['1e5', '100000.0'],
  ['1E+5', '100000.0'],
  ['12345678901234567.0', '1.2345678901234568e+16'],
  ['5e-324', '5e-324'],
  ['1e-400', '0.0'],
  ['-0.0', '-0.0'],
  ['-0e5', '-0.0'],
  ['-1.5e-10', '-1.5e-10'],
  ['0.1', '0.1'],
  ['123.456', '123.456'],
  ['1.7976931348623157e308', '1.7976931348623157e+308'],
  ['1e22', '1e+22'],
  ['1e100', '1e+100'],
  ['-0', '0'],
  ['-7', '-7'],
  ['9007199254740993', '9007199254740993'],
] as const) {
  test(`${text} is canonically ${repr}`, () => assert.equal(canonical(text), repr));
}

test('integers are read up to the 4300 digits that Python reads', () => {
  assert.deepEqual(pythonNumber(`-${'9'.repeat(4300)}`), { value: -(10n ** 4300n - 1n) });
  assert.deepEqual(pythonNumber('1'.repeat(4301)), {
    problem: 'is an integer of 4301 digits: Python reads at most 4300',
  });
});

test('floats outside the range of a double are a problem', () => {
  assert.deepEqual(pythonNumber('-1e400'), {
    problem: 'is -1e400: it lies outside the range of a 64-bit float',
  });
});

test('canonical JSON refuses what has no canonical form', () => {
  assert.throws(() => canonicalJson({ a: 1 }), /must keep their text/);
  assert.throws(() => canonicalJson({ a: '\ud800' }), /half a surrogate pair/);
  assert.throws(() => canonicalJson({ '\udc00': true }), /half a surrogate pair/);
});

test('BLAKE2b has the digests of its specification and of Python, in one piece or many', async () => {
  assert.equal(blake2b('', 256), '0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8');
  assert.equal(blake2b('abc', 128), 'cf4ab791c62b8d2b2109c90275287816');
  assert.equal(blake2b(new TextEncoder().encode('abc'), 64), blake2b('abc', 64));
  const [one, other] = [await createBlake2b256(), await createBlake2b256()];
  const piece = new Uint8Array(1000).fill(7);
  for (let i = 0; i < 50; i++) {
    one.update(piece);
    other.update(new Uint8Array([i]));
  }
  const digest = one.digest();
  assert.equal(digest, blake2b(new Uint8Array(50_000).fill(7), 256));
  assert.notEqual(other.digest(), digest);
});

test('500 random parameter sets have the ids that Python computes from the same JSON', () => {
  const texts = randomParameters(500);
  const program = `
import hashlib, json, sys
for line in sys.stdin:
    params = json.loads(line)
    text = json.dumps(dict(sorted(params.items())), separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.blake2b(("contracts:param:v1|" + text).encode("utf-8"), digest_size=32)
    print(digest.hexdigest(), json.dumps(text))
`;
  const answer = execFileSync('python3', ['-I', '-c', program], {
    input: `${texts.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const lines = answer.trimEnd().split('\n');
  assert.equal(lines.length, texts.length);
  texts.forEach((text, index) => {
    const [id, json = ''] = (lines[index] ?? '').split(/ (.*)/s);
    const values = parseJson(text) as Record<string, Scalar>;
    assert.equal(canonicalJson(values), JSON.parse(json), text);
    assert.equal(paramId(values), id, text);
  });
});
