import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { createFixtureRunner, eventually, type FixtureRun, localBundle } from './run-fixture.js';
import { placesOf } from './run-standby.js';

const make = temporaryFolders();

/** Imports its model only when it is called, as Calabaria does, and tells what had been imported before. */
const wire = `
import sys
def wire(entrypoint, params, seed):
    before = sorted(name for name in ("models.sir", "models.seir", "colorsys") if name in sys.modules)
    import importlib
    importlib.import_module(entrypoint.split("/")[0].split(":")[0])
    return {"before": ",".join(before) or "nothing"}
`;
const models = { 'wire.py': wire, 'models/__init__.py': '', 'models/sir.py': '', 'models/seir.py': '' };
const registry = (...entrypoints: string[]) =>
  `models:\n${entrypoints.map((name, index) => `  model_${index}:\n    entrypoint: ${name}\n    path: x.py\n`).join('')}`;

const cases: [string, Record<string, string>, string, string][] = [
  ['the module that its entrypoint names', models, 'models.sir/baseline', 'models.sir'],
  [
    'the models that its registry names',
    { ...models, '.modelops-bundle/registry.yaml': registry('models.seir:Seir', 'models.sir:Sir') },
    'models.sir/baseline',
    'models.seir,models.sir',
  ],
  [
    'a module below src',
    {
      'wire.py': `import sys\nsys.path.append("src")\n${wire}`,
      'src/models/__init__.py': '',
      'src/models/sir.py': '',
    },
    'models.sir/baseline',
    'models.sir',
  ],
  ['nothing that is not its own', models, 'colorsys/baseline', 'nothing'],
  [
    'what its entrypoint names where its registry cannot be read',
    { ...models, '.modelops-bundle/registry.yaml': 'models: [' },
    'models.sir/baseline',
    'models.sir',
  ],
];
for (const [what, files, entrypoint, expected] of cases) {
  test(`ahead of a bundle's tasks, ${what} is imported`, async () => {
    const bundle = await localBundle(await make(files));
    const runner = await createFixtureRunner({ standby: { most: 1, unusedMs: 60_000 } });
    try {
      const run = (more: FixtureRun = {}) =>
        runner.run('', {
          bundle,
          task: { entrypoint },
          ...more,
        });
      const first = await run();
      assert.equal(first.outputs.before, 'nothing', first.reason);
      await eventually('one stands by', () => placesOf(runner).length === 1);
      const second = await run();
      assert.deepEqual([second.standby, second.outputs.before], [true, expected], second.reason);
      if (process.platform !== 'linux') return;
      const forked = await run({ executor: 'forkserver' });
      assert.deepEqual([forked.attestation?.executor, forked.outputs.before], ['forkserver', expected]);
    } finally {
      await runner.close();
    }
  });
}

test('what such an import raises is met, and told, by each task itself', async () => {
  for (const [line, outcome] of [
    ['raise RuntimeError("not without its data")', 'simulation-failed'],
    ['import a_package_that_nobody_has', 'simulation-failed'],
    ['raise SystemExit(3)', 'crashed'],
  ] as const) {
    const bundle = await localBundle(await make({ ...models, 'models/sir.py': line }));
    const runner = await createFixtureRunner({ standby: { most: 1, unusedMs: 60_000 } });
    try {
      const run = () => runner.run('', { bundle, task: { entrypoint: 'models.sir/baseline' } });
      const first = await run();
      await eventually('one stands by', () => placesOf(runner).length === 1);
      const second = await run();
      assert.equal(second.standby, true);
      assert.deepEqual([first.outcome, second.outcome], [outcome, outcome]);
      assert.deepEqual(second.error?.message, first.error?.message);
    } finally {
      await runner.close();
    }
  }
});
