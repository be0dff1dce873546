import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../../src/package/package-root.js';
import { createBytecode } from '../../../src/runner/place/bytecode.js';
import { bareEnvironment } from '../../fixtures/environments/bare-environment.js';
import { pathsBelow } from '../../fixtures/files/paths-below.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import {
  createFixtureRunner,
  eventually,
  type FixtureRunner,
  localBundle,
  python,
  version,
} from './run-fixture.js';

const make = temporaryFolders();

/** Tells what bytecode it was given, and what it imports. */
const files = {
  'wire.py': `
import glob, os
given = sorted(glob.glob("model/__pycache__/*.pyc"))
import model.rates
def wire(entrypoint, params, seed):
    return {"given": ",".join(os.path.basename(name).split(".")[0] for name in given), "cached": str(model.rates.__cached__ in
            [os.path.abspath(name) for name in given]), "beta": str(model.rates.beta), "file": model.rates.__file__}
`,
  'model/__init__.py': '',
  'model/rates.py': 'beta = 1\n',
  'model/broken.py': 'def (\n',
};

/** Whether a bundle has been compiled in this runner's folder. */
function compiled({ scratchRoot }: FixtureRunner): boolean {
  return pathsBelow(join(scratchRoot, 'w')).some((path) => /\/bytecode\/.*wire\./.test(path));
}

test('a bundle that is run again and again is compiled once, and its tasks are given the bytecode', async (t) => {
  const runner = await createFixtureRunner();
  t.after(() => runner.close());
  const bundle = await localBundle(await make(files));
  const run = () => runner.run('', { bundle });
  assert.deepEqual([(await run()).outputs.given, (await run()).outputs.given], ['', '']);
  assert.equal(compiled(runner), false, 'a worker that is recycled early does not pay for it');
  let last = await run();
  await eventually('a task is given it', async () => {
    last = await run();
    return last.outputs.given !== '';
  });
  assert.equal(last.outcome, 'succeeded', last.reason);
  assert.equal(last.outputs.given, '__init__,rates', 'what does not compile is left out');
  assert.deepEqual([last.outputs.cached, last.outputs.beta], ['True', '1']);
  assert.equal(last.outputs.file, join(last.seenAt, 'bundle', 'model', 'rates.py'));
});

test('bundles that are run in turn are not given each other’s', async (t) => {
  const runner = await createFixtureRunner();
  t.after(() => runner.close());
  const wire = (own: string) => `
import glob
given = sorted(glob.glob("*/__pycache__/*.pyc"))
import ${own}.rates
def wire(*task): return {"given": ",".join(given) or "none"}
`;
  const bundleWith = async (own: string) =>
    localBundle(await make({ 'wire.py': wire(own), [`${own}/__init__.py`]: '', [`${own}/rates.py`]: '' }));
  const bundles = [await bundleWith('one'), await bundleWith('two')];
  for (let round = 0; round < 3; round++) for (const bundle of bundles) await runner.run('', { bundle });
  for (const [index, own] of ['one', 'two'].entries()) {
    const bundle = bundles[index];
    assert.ok(bundle);
    let given = '';
    await eventually(`${own} is given its bytecode`, async () => {
      given = (await runner.run('', { bundle })).outputs.given ?? '';
      return given.split(',').length >= 2 && given.includes('rates');
    });
    for (const name of given.split(',')) assert.ok(name.startsWith(`${own}/`), given);
  }
});

test('a bundle that cannot be compiled is run all the same', async (t) => {
  const runner = await createFixtureRunner();
  const bundle = await localBundle(await make(files));
  const run = () => runner.run('', { bundle });
  await run();
  const workers = join(runner.scratchRoot, 'w');
  const place = join(workers, readdirSync(workers)[0] ?? '', 'bytecode');
  await rm(place, { recursive: true });
  await writeFile(place, '');
  t.after(() => runner.close());
  for (let task = 0; task < 3; task++) assert.equal((await run()).outcome, 'succeeded');
});

test('bytecode that is not that of its source is not used, and what the bundle brings stays', async () => {
  const [bundle, folder] = [
    await make({ 'model.py': 'beta = 1\n', 'own.py': 'gamma = 1\n' }),
    await make({}),
  ];
  const script = join(packageRoot, 'src', 'runner', 'python', 'compile_bundle.py');
  execFileSync(python, ['-m', 'compileall', '-q', join(bundle, 'own.py')]);
  execFileSync(python, ['-I', script, bundle, folder]);
  const names = readdirSync(join(folder, '__pycache__'));
  assert.deepEqual(
    names.map((name) => name.split('.')[0]),
    ['model'],
  );
  const other = await make({ 'model.py': 'beta = 2\n' });
  execFileSync('cp', ['-r', join(folder, '__pycache__'), other]);
  const said = execFileSync(python, ['-c', 'import model; print(model.beta)'], {
    cwd: other,
    encoding: 'utf8',
  });
  assert.equal(said.trim(), '2');
});

test('nothing is compiled for a run that is still on its way when all is closed', async () => {
  const folder = await make({ 'bytecode/.keep': '', 'bundle/wire.py': '' });
  const bytecode = createBytecode({ name: 'none', path: folder });
  const request = {
    bundle: await localBundle(join(folder, 'bundle')),
    environment: bareEnvironment(python, version),
  };
  for (let run = 1; run <= 2; run++) bytecode.of(request);
  await bytecode.close();
  await rm(join(folder, 'bytecode'), { recursive: true });
  bytecode.of(request);
  await bytecode.close(); // waits for what was begun
  assert.equal(existsSync(join(folder, 'bytecode')), false);
});
