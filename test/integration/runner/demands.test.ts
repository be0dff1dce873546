import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { createFixtureRunner, localBundle } from './run-fixture.js';

const make = temporaryFolders();

const wire = `
import os
def wire(entrypoint, params, seed):
    os.write(int(params.get("to", 1)), params.get("log", "all is well").encode() + b"\\nand more\\n")
    return {"curve": params.get("curve", "1,2,3"), "note": "x"}
`;
const manifest = JSON.stringify({
  required_outputs: ['curve', 'note'],
  fail_on_log: ['could not be initialised', 'ERROR*solver', '(.*)+$'],
});

const cases: [string, object, string, RegExp][] = [
  ['returns and logs what it should', { log: 'solver: ERROR' }, 'succeeded', /^$/],
  [
    'logs that it has failed',
    { log: '  The simulation could not be initialised: no species' },
    'simulation-failed',
    /^The simulation logged "The simulation could not be initialised: no species", which its bundle counts as a failure \(fail_on_log: "could not be initialised"\)\.$/,
  ],
  [
    'logs it on descriptor 2, in several parts',
    { log: 'ERROR 7 in solver', to: 2 },
    'simulation-failed',
    /ERROR 7 in solver/,
  ],
  ['logs what is no regular expression', { log: `${'a'.repeat(50_000)}!` }, 'succeeded', /^$/],
  [
    'returns a required output empty',
    { curve: '' },
    'invalid-result',
    /^The output "curve" is empty, and its bundle requires it/,
  ],
];
for (const [what, params, outcome, reason] of cases) {
  test(`a run that ${what} is ${outcome}`, async () => {
    const bundle = await localBundle(await make({ 'wire.py': wire, '.modelops/manifest.json': manifest }));
    const runner = await createFixtureRunner();
    try {
      const report = await runner.run('', { bundle, params: JSON.stringify(params) });
      assert.equal(report.outcome, outcome, report.reason);
      assert.match(report.reason, reason);
      const kept = outcome === 'succeeded' ? report.artifacts : report.partial;
      assert.deepEqual(
        kept.map(({ name }) => name).sort(),
        ['curve', 'note'],
        'what it returned is kept all the same',
      );
    } finally {
      await runner.close();
    }
  });
}

test('an output that the bundle requires and nobody returned is missed, unless the task asks for others alone', async () => {
  const bundle = await localBundle(
    await make({
      'wire.py': 'def wire(entrypoint, params, seed): return {"note": "x"}\n',
      'pyproject.toml': '[tool.modelops]\nrequired_outputs = ["curve"]\n',
    }),
  );
  const runner = await createFixtureRunner();
  try {
    const missed = await runner.run('', { bundle });
    assert.equal(missed.outcome, 'invalid-result');
    assert.match(missed.reason, /^The output "curve" was not returned, and its bundle requires it/);
    assert.equal((await runner.run('', { bundle, task: { outputs: ['note'] } })).outcome, 'succeeded');
  } finally {
    await runner.close();
  }
});
