import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { createFixtureRunner, type FixtureReport, type FixtureRunner, localBundle } from './run-fixture.js';

const make = temporaryFolders();
let runner: FixtureRunner;
before(async () => {
  runner = await createFixtureRunner();
});
after(() => runner.close());

async function run(wire: string, check = false): Promise<FixtureReport> {
  const bundle = await localBundle(await make({ 'wire.py': wire }));
  return runner.run('succeeds', {
    bundle,
    ...(check && { check: { id: 'a', entrypoints: [], targets: [] } }),
  });
}

for (const [what, wire, why] of [
  ['too few', 'def wire(params): ...', 'wire(params) .*: it takes 1 of the 3 arguments'],
  ['none', 'wire = lambda: {}', '<lambda>\\(\\) .*: it takes 0 of the 3 arguments'],
  ['more', 'def wire(e, p, s, config, *, n=1): ...', 'config is required, and tasks do not give it'],
  ['keyword-only', 'def wire(e, p, *, seed): ...', 'it takes 2 of the 3 .*; seed is keyword-only'],
  ['keyword-only beside three', 'def wire(e, p, s, *, n): ...', '\\): n is keyword-only'],
  [
    'too few of an object',
    'class Model:\n    def __call__(self, params: dict) -> dict: ...\nwire = Model()',
    'Model\\(params\\) .*: it takes 1 of the 3 arguments',
  ],
  [
    'too few of a part of a function',
    'from functools import partial\ndef f(n, params): ...\nwire = partial(f, 1)',
    'partial\\(params\\) .*: it takes 1 of',
  ],
] as const) {
  test(`a wire function with ${what} parameters is told by its signature, by a check and by a task`, async () => {
    const pattern = new RegExp(`^The wire function .*${why.replace(/^wire\(params\)/, 'wire\\(params\\)')}`);
    const checked = await run(wire, true);
    assert.equal(checked.outcome, 'succeeded', checked.reason);
    assert.match(JSON.parse(checked.outputs.preflight ?? '').wire_problem, pattern);
    const { outcome, error, attestation } = await run(wire);
    assert.equal(outcome, 'simulation-failed');
    assert.equal(error?.errorType, 'WrongSignature');
    assert.match(error?.message ?? '', pattern);
    assert.doesNotMatch(error?.traceback ?? '', /task_loop/);
    assert.ok(attestation, 'which process it was is known as for any failure');
  });
}

for (const [what, wire] of [
  ['three', 'def wire(entrypoint, params, seed): return {"a": "1"}'],
  ['any', 'def wire(*task, **more): return {"a": "1"}'],
  ['optional', 'def wire(e, p, s=0, n=1, *, m=2): return {"a": "1"}'],
  [
    'other parameters than the function that it wraps',
    'from functools import wraps\ndef f(params): return {"a": "1"}\n@wraps(f)\ndef wire(e, p, s): return f(p)',
  ],
] as const) {
  test(`a wire function with ${what} passes`, async () => {
    const checked = await run(wire, true);
    assert.equal(JSON.parse(checked.outputs.preflight ?? '').wire_problem, '');
    assert.equal((await run(wire)).outcome, 'succeeded');
  });
}

test('a TypeError of the simulation itself stays what it is', async () => {
  const { error } = await run('def f(a): ...\ndef wire(entrypoint, params, seed): return f()');
  assert.equal(error?.errorType, 'TypeError');
  assert.match(error?.traceback ?? '', /wire\.py", line 2, in wire/);
});

test('a wire function written in C is called without a word about its signature', async () => {
  const { error } = await run('wire = max');
  assert.equal(error?.errorType, 'TypeError');
});
