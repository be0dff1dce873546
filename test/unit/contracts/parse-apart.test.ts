import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseApart } from '../../../src/contracts/json/parse-apart.js';
import { parseJson } from '../../../src/contracts/json/parse-json.js';
import { ContractViolation } from '../../../src/contracts/validation/contract-violation.js';
import { holds } from '../../fixtures/inputs/holds.js';
import { mutated } from '../../fixtures/inputs/mutated.js';

const documents = [
  '{"tasks":[{"x":1.0,"s":"a, [b] {c} \\" \\\\","deep":[[1,[2]],{}]},null,"]",[]],"other":{"tasks":[1]}}',
  '{"before":[1,2],"parameter_sets":[{"a":1},{"a":2}],"tasks":"none"}',
  '{"tasks":[],"batches":[{"tasks":[1,2]}]}',
  '[{"a":1},{"b":[{"tasks":[3]}]},7]',
];

/** The whole document, or what is wrong with it. */
function told(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ContractViolation)) throw error;
    return error.message;
  }
}

function joined(text: string): unknown {
  const { rest, items } = parseApart(text, ['tasks', 'parameter_sets'], 'The file');
  const list = [...items];
  assert.equal(list.length, items.length);
  if (Array.isArray(rest)) return list;
  if (list.length === 0) return rest;
  const names = Object.entries(rest as object).filter(
    ([, value]) => Array.isArray(value) && value.length === 0,
  );
  const name = names.find(([key]) => ['tasks', 'parameter_sets'].includes(key))?.[0] ?? '';
  return { ...(rest as object), [name]: list };
}

const blanks = fc.constantFrom('', ' ', '\n\t');
const cut = fc.tuple(mutated(documents), fc.nat(), fc.nat({ max: 3 }), blanks);

test('a document whose list is read apart holds what it holds when it is read whole, or is refused for the same', () =>
  holds(cut, 6_000, ([text, at, length, blank]) => {
    for (const tried of [
      text,
      text.slice(0, at % (text.length + 1)) + blank + text.slice((at % (text.length + 1)) + length),
    ])
      assert.deepEqual(
        told(() => joined(tried)),
        told(() => parseJson(tried, 'The file')),
        tried,
      );
  }));

test('nothing of a list is parsed before it is asked for', () => {
  const { items } = parseApart('{"tasks":[{"x":1},{"x":}]}', ['tasks'], 'The file');
  assert.equal(items.length, 2);
  const read = items[Symbol.iterator]();
  assert.deepEqual(Object.keys(read.next().value as object), ['x']);
  assert.throws(() => read.next(), /tasks\[1\]\.x is not valid JSON/);
});
