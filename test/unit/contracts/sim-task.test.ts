import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paramId } from '../../../src/contracts/identities/param-id.js';
import { parseJson } from '../../../src/contracts/json/parse-json.js';
import type { Scalar } from '../../../src/contracts/json/scalar.js';
import { stringifyJson } from '../../../src/contracts/json/stringify-json.js';
import { SimTask } from '../../../src/contracts/task/sim-task.js';
import { violationOf } from '../../../src/contracts/validation/violation-of.js';
import { someTask } from './some-task.js';

function complaint(task: unknown): { field: string; message: string } {
  const parsed = SimTask.safeParse(task);
  assert.ok(parsed.error, 'accepted');
  return violationOf(parsed.error, 'The task');
}

const withValues = (values: string) => someTask({ params: parseJson(`{"values": ${values}}`) });

test('both spellings of the parameters give the same task, with and without param_id', () => {
  const values = parseJson('{"beta": 0.3, "n": 1000}') as Record<string, Scalar>;
  const param_id = paramId(values);
  const expected = { param_id, values };
  for (const params of [
    { values },
    { params: values },
    { values, param_id },
    { params: values, param_id },
    { values, param_id: null },
  ]) {
    assert.deepEqual(SimTask.parse(someTask({ params })).params, expected);
  }
});

test('a task reads back as itself, from memory and from its JSON', () => {
  const task = SimTask.parse(
    someTask({
      seed: parseJson('18446744073709551615'),
      outputs: ['b', 'a'],
      config: parseJson('{"deep": {"x": [1, 1.0, null, true]}}'),
      env: parseJson('{"OMP_NUM_THREADS": 2, "RATE": 1.0, "ON": true, "NAME": "x"}'),
    }),
  );
  assert.equal(task.seed, 2n ** 64n - 1n);
  assert.deepEqual(task.outputs, ['a', 'b']);
  assert.deepEqual(task.env, { OMP_NUM_THREADS: '2', RATE: '1.0', ON: 'true', NAME: 'x' });
  assert.deepEqual(SimTask.parse(task), task);
  assert.deepEqual(SimTask.parse(parseJson(stringifyJson(task))), task);
});

test('numbers reach the values with their own text', () => {
  const text = '{"a":1,"b":1.0,"c":1e-07,"d":9007199254740993,"e":-0.0,"f":true,"g":"x","__":5e-324}';
  assert.equal(stringifyJson(SimTask.parse(withValues(text)).params.values), text);
});

test('null and empty lists in optional fields count as absent', () => {
  const task = SimTask.parse(someTask({ outputs: null, config: null, env: null }));
  assert.deepEqual(Object.keys(task).sort(), ['bundle_ref', 'entrypoint', 'params', 'seed']);
  assert.equal('outputs' in SimTask.parse(someTask({ outputs: [] })), false);
  assert.match(complaint(someTask({ config: [] })).message, /^config is a list/);
});

for (const [what, task, field, message] of [
  [
    'null as a value',
    withValues('{"beta": null}'),
    'params.values.beta',
    /^params\.values\.beta is null: it must be a number, a string, true or false\.$/,
  ],
  ['a list as a value', withValues('{"beta": [1]}'), 'params.values.beta', /is a list/],
  ['an object as a value', withValues('{"beta": {"a": 1}}'), 'params.values.beta', /is an object/],
  ['a float beyond range', withValues('{"beta": 1e400}'), 'params.values.beta', /1e400: it lies outside/],
  [
    'an integer of 5000 digits',
    withValues(`{"beta": ${'1'.repeat(5000)}}`),
    'params.values.beta',
    /5000 digits/,
  ],
  ['half a surrogate pair as a value', withValues('{"beta": "\\ud800"}'), 'params.values.beta', /surrogate/],
  ['half a surrogate pair as a name', withValues('{"\\ud800": 1}'), 'params.values["\\ud800"]', /surrogate/],
  [
    'both spellings',
    someTask({ params: { values: {}, params: {} } }),
    'params',
    /both "values" and "params"/,
  ],
  ['no parameters', someTask({ params: {} }), 'params.values', /^params\.values is missing\.$/],
  [
    'values that are a list',
    someTask({ params: { values: [] } }),
    'params.values',
    /is a list: it must be an object/,
  ],
  [
    'parameters without "values"',
    someTask({ params: parseJson('{"beta": 0.3}') }),
    'params.beta',
    /put the parameters into "values"/,
  ],
  ['params that are a number', someTask({ params: parseJson('1') }), 'params', /is 1: it must be an object/],
  [
    'a param_id of other values',
    someTask({ params: { values: {}, param_id: 'abc' } }),
    'params.param_id',
    /is "abc", and the values have the id "02a98351/,
  ],
  [
    'a seed with a point',
    someTask({ seed: parseJson('1.0') }),
    'seed',
    /^seed is 1\.0: it must be an integer from 0 to 18446744073709551615\.$/,
  ],
  ['a seed with an exponent', someTask({ seed: parseJson('1e3') }), 'seed', /is 1e3/],
  ['a seed that is a string', someTask({ seed: '1' }), 'seed', /is the string "1"/],
  ['a seed that is a boolean', someTask({ seed: true }), 'seed', /is true/],
  ['a negative seed', someTask({ seed: parseJson('-1') }), 'seed', /is -1/],
  [
    'a seed of 2^64',
    someTask({ seed: parseJson('18446744073709551616') }),
    'seed',
    /is 18446744073709551616/,
  ],
  [
    'a seed of a million digits',
    someTask({ seed: parseJson('1'.repeat(1_000_000)) }),
    'seed',
    /is 1{57}\.\.\./,
  ],
  ['no seed', someTask({ seed: undefined }), 'seed', /^seed is missing\.$/],
  ['a bundle that is null', someTask({ bundle_ref: null }), 'bundle_ref', /is null/],
  [
    'an entrypoint that is a number',
    someTask({ entrypoint: parseJson('3') }),
    'entrypoint',
    /is 3: it must be "package\.module/,
  ],
  ['outputs that are a string', someTask({ outputs: 'a' }), 'outputs', /must be a list/],
  ['an empty output name', someTask({ outputs: ['a', ''] }), 'outputs[1]', /not empty/],
  ['an output that is a number', someTask({ outputs: [parseJson('1')] }), 'outputs[0]', /is 1/],
  ['an output named twice', someTask({ outputs: ['a', 'b', 'a'] }), 'outputs[2]', /twice/],
  ['config that is a list', someTask({ config: ['a'] }), 'config', /is a list: it must be an object/],
  [
    'an impossible number in config',
    someTask({ config: parseJson('{"a": {"b": [1, 1e999]}}') }),
    'config.a.b[1]',
    /1e999/,
  ],
  [
    'config that is longer than an environment variable can be',
    someTask({ config: { a: 'é'.repeat(65_522) } }),
    'config',
    /is 131052 bytes of JSON: it must be at most 131050/,
  ],
  [
    'a variable that is longer than a process can be started with',
    someTask({ env: { A: 'x'.repeat(131_070) } }),
    'env.A',
    /is 131072 bytes with its name: an environment variable has at most 131071/,
  ],
  ['env that is a string', someTask({ env: 'A=1' }), 'env', /must be an object/],
  [
    'an unknown field',
    someTask({ output: ['a'] }),
    'output',
    /is not a field of a task: did you mean "outputs"\?$/,
  ],
  [
    'a misspelt field',
    { ...someTask({ entrypoint: undefined }), entrypont: 'a.b/c' },
    'entrypont',
    /did you mean "entrypoint"\?$/,
  ],
  ['a task that is a list', [], '', /^The task is a list: it must be an object\.$/],
  ['a task that is a number', parseJson('5'), '', /^The task is 5/],
] as const) {
  test(`${what} is refused, naming the field`, () => {
    const found = complaint(task);
    assert.equal(found.field, field);
    assert.match(found.message, message);
  });
}

for (const [name, reason] of [
  ['1A', /no name of an environment variable/],
  ['A-B', /no name/],
  ['', /no name/],
  ['HOME', /reserved: it points into the task's private folder/],
  ['TMPDIR', /reserved/],
  ['XDG_CACHE_HOME', /reserved/],
  ['PYTHONPATH', /is reserved: where Python finds modules, .* may be set PYTHONHASHSEED, /],
  ['PYTHONHOME', /is reserved/],
  ['PYTHONINSPECT', /is reserved/],
  ['PYTHONNOUSERSITE', /is reserved/],
  ['PYTHONSAFEPATH', /is reserved/],
  ['PYTHON_PRESITE', /is reserved/],
  ['PYTHONHASHSEEDS', /is reserved/],
  ['PYTHONHASHSEED', /is "x": it must be "random" or a whole number from 0 to 4294967295/],
  ['MODELOPS_TASK_CONFIG', /belong to the executor/],
  ['MOPS_COLD_WORKER', /a worker knows what it has started/],
] as const) {
  test(`the environment variable ${JSON.stringify(name)} is refused`, () => {
    const found = complaint(someTask({ env: { [name]: 'x' } }));
    assert.ok(found.field.startsWith('env'));
    assert.match(found.message, reason);
  });
}

test('of PYTHONHASHSEED what Python would not start with is refused', () => {
  for (const seed of ['0', '42', '4294967295', 'random']) {
    assert.equal(SimTask.parse(someTask({ env: { PYTHONHASHSEED: seed } })).env?.PYTHONHASHSEED, seed);
  }
  for (const seed of ['', '-1', '4294967296', '1.5', ' 1', '0x1', 'Random']) {
    assert.match(
      complaint(someTask({ env: { PYTHONHASHSEED: seed } })).message,
      /must be "random" or a whole/,
    );
  }
});

test('environment variables of the task itself are accepted', () => {
  const env = {
    PATH: '/usr/bin',
    LD_LIBRARY_PATH: './lib',
    OMP_NUM_THREADS: '4',
    PYTHONWARNINGS: 'ignore',
    TZ: 'UTC',
    _x1: '',
  };
  assert.deepEqual(SimTask.parse(someTask({ env })).env, env);
  assert.match(complaint(someTask({ env: { A: null } })).message, /^env\.A is null/);
  assert.match(complaint(someTask({ env: { A: 'a\0b' } })).message, /NUL/);
});

test('config and variables are accepted up to what a process can be started with', () => {
  const task = { config: { a: 'x'.repeat(131_042) }, env: { A: 'x'.repeat(131_069) } };
  assert.equal(JSON.stringify(task.config).length, 131_050);
  assert.deepEqual(SimTask.parse(someTask(task)).env, task.env);
});
