import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { threadCaps } from '../../../src/contracts/environment/thread-caps.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { createFixtureRunner, type FixtureRunner, localBundle } from './run-fixture.js';

let runner: FixtureRunner;
before(async () => {
  runner = await createFixtureRunner();
});
after(() => runner.close());

for (const [what, outcome, reason] of [
  ['list', 'invalid-result', /returned list, not a dict/],
  ['nothing', 'invalid-result', /returned NoneType, not a dict/],
  ['empty dict', 'invalid-result', /empty dict/],
  ['all empty', 'invalid-result', /All outputs are empty: \['a', 'metadata'\]/],
  ['key', 'invalid-result', /output name 3 is int/],
  ['empty name', 'invalid-result', /cannot have the name ''/],
  ['surrogate name', 'invalid-result', /'\\ud800' is not Unicode/],
  ['surrogate text', 'invalid-result', /'table' cannot be written as UTF-8/],
  ['long name', 'invalid-result', /'nnn.*too long: 201 characters/],
  ['long encoded name', 'invalid-result', /'ééé.*too long: 204 characters/],
  ['object', 'invalid-result', /'table' is neither bytes nor text.*object is not JSON serializable/],
  ['circle', 'invalid-result', /'table'.*Circular reference/],
  ['error base64', 'simulation-failed', /KeyError: no registry/],
  ['error json', 'simulation-failed', /KeyError: no registry/],
  ['error text', 'simulation-failed', /Error: it broke/],
  ['error in metadata', 'simulation-failed', /KeyError: no registry/],
] as const) {
  test(`a wire function that returns “${what}”: ${outcome}`, async () => {
    const report = await runner.run('returns_by_name', { params: JSON.stringify({ return: what }) });
    assert.equal(report.outcome, outcome);
    assert.match(report.reason, reason);
    assert.ok(report.error && report.artifacts.length === 0);
  });
}

test('only the outputs that the task asks for are kept', async () => {
  const report = await runner.run('returns_by_name', {
    params: '{"return": "two"}',
    task: { outputs: ['b'] },
  });
  assert.deepEqual(report.outputs, { b: '2' });
});

test('an output that the task asks for and the simulation does not return is named', async () => {
  const report = await runner.run('returns_by_name', {
    params: '{"return": "two"}',
    task: { outputs: ['b', 'c'] },
  });
  assert.equal(report.outcome, 'invalid-result');
  assert.match(report.reason, /asks for the outputs \['c'\], and the wire function returned \['a', 'b'\]/);
});

test('any name is fine that fits a blob', async () => {
  const report = await runner.run('odd_names');
  assert.equal(report.outcome, 'succeeded');
  assert.deepEqual(Object.keys(report.outputs), [
    'a/b',
    '..',
    '.',
    'nul\0',
    'é世界',
    'a b',
    '%2F',
    'n'.repeat(200),
  ]);
  for (const [name, content] of Object.entries(report.outputs)) assert.equal(content, name);
});

test('numbers arrive as Python reads them from the sender’s JSON', async () => {
  const report = await runner.run('echoes', {
    params:
      '{"one": 1, "one float": 1.0, "small": 1e-07, "big": 9007199254740993, "zero": -0.0, "text": "é\\n", "yes": true}',
    task: { seed: 18446744073709551615n },
  });
  assert.equal(
    report.outputs.params,
    "{'one': 1, 'one float': 1.0, 'small': 1e-07, 'big': 9007199254740993, 'zero': -0.0, 'text': 'é\\n', 'yes': True}",
  );
  assert.equal(report.outputs.seed, '18446744073709551615');
  assert.equal(report.outputs.entrypoint, 'models.test/baseline');
});

test('a simulation that reads its standard input finds it empty', async () => {
  assert.equal((await runner.run('echoes')).outputs.stdin, '');
});

test('large parameters arrive whole', async () => {
  const text = 'x'.repeat(3_000_000);
  const report = await runner.run('echoes', { params: JSON.stringify({ text }) });
  assert.equal(report.outputs.params?.length, text.length + "{'text': ''}".length);
});

test('the environment is an allow-list, HOME and TMPDIR are the attempt’s own', async () => {
  process.env.AZURE_STORAGE_CONNECTION_STRING = 'AccountKey=secret';
  process.env.IDENTITY_ENDPOINT = 'http://localhost/token';
  try {
    const report = await runner.run('echoes', {
      task: { config: { depth: 3 }, env: { MODEL_DATA: 'here' } },
    });
    const environment = JSON.parse(report.outputs.environment ?? '{}');
    assert.deepEqual(
      Object.keys(environment)
        .filter((name) => !/^(PATH|TZ|LANG|LANGUAGE|LC_.*)$/.test(name))
        .sort(),
      [
        'HOME',
        'MODELOPS_TASK_CONFIG',
        'MODEL_DATA',
        'MOPS_COLD_WORKER',
        'PYTHONHASHSEED',
        'PYTHONNOUSERSITE',
        'TMPDIR',
        'TORCHINDUCTOR_CACHE_DIR',
        'XDG_CACHE_HOME',
        'XDG_CONFIG_HOME',
        'XDG_DATA_HOME',
        'XDG_RUNTIME_DIR',
        'XDG_STATE_HOME',
        ...Object.keys(threadCaps(1)),
        ...(report.attestation?.boundary?.user ? ['LOGNAME', 'USER'] : []),
      ].sort(),
    );
    assert.equal(environment.HOME, join(report.seenAt, 'home'));
    assert.equal(environment.OMP_NUM_THREADS, '1');
    assert.equal(environment.MODELOPS_TASK_CONFIG, '{"depth":3}');
    assert.equal(report.outputs.cwd, join(report.seenAt, 'bundle'));
    assert.equal(report.outputs['first on path'], join(report.seenAt, 'bundle'));
  } finally {
    delete process.env.AZURE_STORAGE_CONNECTION_STRING;
    delete process.env.IDENTITY_ENDPOINT;
  }
});

test('a task that overwrites and locks up its files leaves the next one the original bytes', async () => {
  const bundle = join(packageRoot, 'test', 'fixtures', 'simulations', 'writes_everywhere');
  for (let round = 0; round < 2; round++) {
    const report = await runner.run('writes_everywhere');
    assert.equal(report.outcome, 'succeeded', report.reason);
    assert.equal(report.outputs.before, 'original');
    await assert.rejects(readdir(report.folder), { code: 'ENOENT' });
  }
  assert.equal(await readFile(join(bundle, 'data.txt'), 'utf8'), 'original');
});

for (const [simulation, found] of [
  ['one_entry_point', 'entry point'],
  ['named_in_manifest', 'manifest'],
  ['named_in_toml', 'toml'],
  ['shadows_csv', 'entry point'],
] as const) {
  test(`the wire function of ${simulation} is found by its ${found}`, async () => {
    const report = await runner.run(simulation);
    assert.deepEqual(report.outputs, { 'found by': found }, report.reason);
  });
}

test('a manifest that is no JSON is passed over', async () => {
  const path = await mkdtemp(join(tmpdir(), 'runner-test-'));
  try {
    await mkdir(join(path, '.modelops'));
    await writeFile(join(path, '.modelops', 'manifest.json'), '{ "wire": ');
    await writeFile(join(path, 'wire.py'), 'def wire(*task):\n    return {"found by": "wire.py"}\n');
    const report = await runner.run('', { bundle: await localBundle(path) });
    assert.deepEqual(report.outputs, { 'found by': 'wire.py' });
  } finally {
    await rm(path, { recursive: true });
  }
});

for (const [simulation, reason] of [
  ['no_wire', /names no wire function/],
  ['not_callable', /'wire\.py:wire' is not a function: found int/],
  ['two_entry_points', /several entry points.*seir = seir_model:simulate, sir = sir_model:simulate/],
  ['spec_without_colon', /Invalid wire spec 'wire'/],
  ['spec_of_no_module', /'absent\.module:simulate' is not in the bundle/],
  ['spec_of_no_file', /'absent\.py:simulate' is not in the bundle/],
] as const) {
  test(`${simulation}: the failure says what is wrong`, async () => {
    const report = await runner.run(simulation);
    assert.equal(report.outcome, 'simulation-failed');
    assert.equal(report.error?.errorType, 'WireNotFound');
    assert.match(report.reason, reason);
  });
}

for (const how of ['raising', 'declaring it']) {
  for (const imports of [false, true]) {
    const whose = imports ? 'which the simulation imports' : 'which nobody imports';
    test(`a failure by ${how} is described with Python’s own modules beside the bundle’s of the same names, ${whose}`, async () => {
      const params = JSON.stringify({ 'fails by': how, 'imports them': imports });
      const report = await runner.run('shadows_modules', { params });
      assert.equal(report.reason, 'The simulation failed with ValueError: on purpose');
      if (how === 'raising') assert.match(report.error?.traceback ?? '', /raise ValueError\("on purpose"\)/);
    });
  }
}

test('an output or a log that was replaced by a link to another file is not read through it', async () => {
  const report = await runner.run('replaces_its_files');
  assert.equal(report.outcome, 'invalid-result');
  assert.match(report.reason, /"a" is not the file that was written for it/);
  assert.deepEqual(report.outputs, {});
  // A user of its own cannot even try.
  if (!report.attestation?.boundary?.user)
    assert.equal(report.logText, 'The simulation removed or replaced its log.\n');
  else assert.match(report.logText, /PermissionError: .*\/log/);
});
