import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { packageRoot } from '../../../src/package/package-root.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { createFixtureRunner, type FixtureRunner, localBundle, python } from './run-fixture.js';

const onLinux = { skip: process.platform === 'linux' ? false : 'needs Linux' };
const make = temporaryFolders();

let runner: FixtureRunner;
before(async () => {
  runner = await createFixtureRunner();
});
after(() => runner.close());

for (const method of ['fork', 'spawn', 'forkserver']) {
  test(
    `functions and classes of wire.py and of a sibling module work in child processes by ${method}`,
    onLinux,
    async () => {
      const params = JSON.stringify({ 'start method': method });
      const { outputs, reason, logText } = await runner.run('calls_functions_in_children', { params });
      assert.equal(outputs.pooled, '[2, 4]', `${reason}\n${logText}`);
      assert.equal(outputs.tripled, '[3, 6]');
      assert.equal(outputs.submitted, '[6]');
      if (method === 'fork') return; // has all that its parent has
      assert.equal(outputs["runner's modules"], '[]');
      const links = JSON.parse(outputs.links ?? '') as Record<string, string>;
      assert.equal(links['0'], '/dev/null');
      assert.doesNotMatch(logText, /ignored/);
    },
  );
}

const executors = ['cold', 'forkserver', 'isolated_warm', 'direct'] as const;
for (const executor of executors) {
  test(`${executor}: a manager and a forkserver find room for their sockets in TMPDIR`, onLinux, async () => {
    const { outputs, reason } = await runner.run('uses_a_manager', { executor });
    assert.equal(outputs.shared, '["a", "b"]', reason);
    assert.ok((outputs.TMPDIR?.length ?? 0) - runner.scratchRoot.length <= 27, outputs.TMPDIR);
  });

  test(`${executor}: what a task has pickled is read by plain Python in the bundle’s folder`, async (t) => {
    if (executor === 'forkserver' && process.platform !== 'linux') return t.skip('forkserver needs Linux');
    const { outputs } = await runner.run('pickles_its_results', { executor });
    const read = `import pickle, sys; print(pickle.loads(${JSON.stringify(outputs.pickled)}.encode()))`;
    const cwd = join(packageRoot, 'test', 'fixtures', 'simulations', 'pickles_its_results');
    const { stdout } = await promisify(execFile)(python, ['-B', '-c', read], { cwd });
    assert.equal(stdout, 'Result(peak=7)\n');
  });
}

const says = 'def wire(*task):\n    return {"module": __name__, "by": BY, "package": __package__}\n';
const named: { what: string; files: Record<string, string>; module: string }[] = [
  { what: 'wire.py', files: { 'wire.py': says }, module: 'wire' },
  { what: 'sim.py', files: manifest('sim.py:wire', { 'sim.py': says }), module: 'sim' },
  {
    what: 'a file in a package',
    files: manifest('model/entry.py:wire', {
      'model/__init__.py': '',
      'model/rates.py': 'beta = 1',
      'model/entry.py': `from . import rates\n${says}`,
    }),
    module: 'model.entry',
  },
  {
    what: 'a file that its package imports itself',
    files: manifest('model/entry.py:wire', {
      'model/__init__.py': 'from .entry import wire',
      'model/entry.py': says,
    }),
    module: 'model.entry',
  },
  {
    what: 'a package',
    files: manifest('model/__init__.py:wire', { 'model/__init__.py': says }),
    module: 'model',
  },
  {
    what: 'a file in a folder without __init__.py',
    files: manifest('model/deep/entry.py:wire', { 'model/deep/entry.py': says }),
    module: 'model.deep.entry',
  },
  {
    what: 'a file in a folder whose name no package can have',
    files: manifest('v1.2/entry.py:wire', { 'v1.2/entry.py': says }),
    module: 'entry',
  },
  {
    what: 'a file below src',
    files: manifest('src/epi/entry.py:wire', {
      'src/epi/__init__.py': '',
      'src/epi/entry.py': `import epi\n${says}`,
    }),
    module: 'epi.entry',
  },
  {
    what: 'a module below src',
    files: manifest('epi.entry:wire', { 'src/epi/entry.py': says, 'epi/table.csv': '1' }),
    module: 'epi.entry',
  },
  {
    what: 'a file beside a package of its name',
    files: { 'wire.py': says, 'wire/__init__.py': '' },
    module: 'wire',
  },
];
for (const { what, files, module } of named) {
  test(`the module of ${what} is called as plain Python calls it in the bundle’s folder, ${module}`, async () => {
    const own = Object.fromEntries(
      Object.entries(files).map(([name, text]) => [name, text.includes(says) ? `BY = "own"\n${text}` : text]),
    );
    const report = await runner.run('', { bundle: await localBundle(await make(own)) });
    const parent = files['model/__init__.py'] === says ? 'model' : module.split('.').slice(0, -1).join('.');
    assert.deepEqual(report.outputs, { module, by: 'own', package: parent }, report.reason);
  });
}

for (const name of ['json', 're', 'os', 'csv', 'traceback', 'importlib']) {
  for (const raises of [false, true]) {
    test(`a wire file called ${name}.py like a module of Python’s own ${raises ? 'fails as it says' : 'runs'}`, async () => {
      const body = raises ? 'raise ValueError("on purpose")' : 'return {"by": "the bundle"}';
      const files = manifest(`${name}.py:wire`, { [`${name}.py`]: `def wire(*task):\n    ${body}\n` });
      const report = await runner.run('', { bundle: await localBundle(await make(files)) });
      if (raises) assert.equal(report.reason, 'The simulation failed with ValueError: on purpose');
      else assert.deepEqual(report.outputs, { by: 'the bundle' }, report.reason);
    });
  }
}

test('direct: a bundle’s modules, siblings and packages are never those of the bundle before it', async () => {
  const files = (by: string) => ({
    'pyproject.toml': '[tool.modelops]\nwire = "src/entry.py:wire"\n',
    'sibling.py': `by = "${by}"\n`,
    'model/deep/rates.py': `by = "${by}"\n`,
    'src/entry.py': `import sibling, sys\nfrom model.deep import rates\nfrom other import name\n
def wire(*task):
    return {"by": [sibling.by, rates.by, name, "${by}"], "path": [place for place in sys.path if "/bundle" in place]}\n`,
    'src/other.py': `name = "${by}"\n`,
  });
  const bundles = [await make(files('first')), await make(files('second'))];
  for (const [at, by] of ['first', 'second', 'first'].entries()) {
    const bundle = await localBundle(bundles[at % 2] ?? '');
    const { outputs, reason, folder, attestation } = await runner.run('', { bundle, executor: 'direct' });
    assert.equal(outputs.by, JSON.stringify([by, by, by, by]).replaceAll(',', ', '), reason);
    const copy = join(folder, 'bundle');
    assert.deepEqual(JSON.parse(outputs.path ?? ''), [copy, join(copy, 'src')]);
    assert.ok((attestation?.ordinal ?? 0) > at);
  }
});

test('isolated_warm: bundles in turn each have their own wire', async () => {
  const bundles = await Promise.all(
    ['first', 'second'].map(
      async (by) => [by, await localBundle(await make({ 'wire.py': `BY = "${by}"\n${says}` }))] as const,
    ),
  );
  for (const round of [0, 1]) {
    for (const [by, bundle] of bundles) {
      const report = await runner.run('', { bundle, executor: 'isolated_warm' });
      assert.equal(report.outputs.by, by);
      assert.equal(report.attestation?.ordinal, round + 1);
    }
  }
});

function manifest(wire: string, files: Record<string, string>): Record<string, string> {
  return { '.modelops/manifest.json': JSON.stringify({ wire }), ...files };
}
