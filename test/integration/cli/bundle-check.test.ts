import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startPackageIndex } from '../../fixtures/environments/package-index.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { type BundleStand, bundleWith, startBundleStand } from './bundle-stand.js';

const make = temporaryFolders();
let stand: BundleStand;
before(async () => {
  stand = await startBundleStand();
});
after(() => stand.stop());

test('check names what would keep tasks from running, in the order in which they would meet it', async () => {
  const folder = await bundleWith({
    'models/sir.py': 'class SIR: pass\n',
    'models/needs.py': 'import starsim\n',
    'models/broken.py': 'def f(:\n',
    'targets/prev.py': 'def f(results): return 0\nnumber = 3\n',
    '.modelops-bundle/registry.yaml':
      'version: "1.0"\ntargets:\n  prev:\n    path: targets/prev.py\n    entrypoint: targets.prev:f\n    model_output: a\n  gone:\n    path: targets/prev.py\n    entrypoint: targets.prev:gone\n    model_output: a\n',
  });
  const names = [
    ...[
      'models.sir/baseline',
      'models.sir.SIR/baseline',
      'models.seir/x',
      'models.needs/x',
      'models.broken/x',
    ],
    'other.module/x',
  ].flatMap((name) => ['--entrypoint', name]);
  const { exitCode, stdout } = await stand.cli(
    'bundle',
    'check',
    folder,
    ...names,
    '--target',
    'targets.prev:number',
    '--json',
  );
  assert.equal(exitCode, 1);
  const { usable, checks } = JSON.parse(stdout);
  assert.equal(usable, false);
  const found = checks.map(({ name, state, found }: { name: string; state: string; found: string }) =>
    name === 'Bundle' || name === 'Python' ? `${name} ${state}` : `${name} ${state} ${found}`,
  );
  assert.deepEqual(found.slice(0, 6), [
    'Bundle ok',
    'Python ok',
    'Wire function ok wire.py:wire of the bundle',
    'Imported ahead ok the wire function, and the module that the entrypoint of a task names (models.sir, models.sir.SIR)',
    'Entrypoint ok models.sir/baseline',
    'Entrypoint ok models.sir.SIR/baseline',
  ]);
  const [seir, needs, broken, other, prev, gone, number] = found.slice(6);
  assert.match(seir, /^Entrypoint missing models\.seir\/x cannot be imported: there is no seir in models$/);
  assert.match(needs, /^Entrypoint missing models\.needs\/x .* No module named 'starsim'$/);
  assert.match(broken, /^Entrypoint missing models\.broken\/x cannot be imported: SyntaxError: /);
  assert.match(other, /^Entrypoint unknown other\.module\/x: there is no module other in the bundle/);
  assert.match(prev, /^Target ok targets\.prev:f$/);
  assert.match(gone, /^Target missing targets\.prev:gone .*there is no gone in targets\.prev$/);
  assert.match(number, /^Target missing targets\.prev:number .*number is int, not a function$/);
});

test('a model in one file may have entrypoints that only its wire function knows', async () => {
  const folder = await make({
    'wire.py': 'from my_model import simulate\ndef wire(entrypoint, params, seed): return simulate()\n',
    'my_model.py': 'def simulate(): return {"a": "1"}\n',
  });
  const { usable, checks } = await stand.json('check', folder, '--entrypoint', 'my_model.seir/baseline');
  assert.equal(usable, true);
  const { name, state, found } = checks.at(-1);
  assert.deepEqual([name, state, found], ['Entrypoint', 'ok', 'my_model.seir/baseline']);
});

test('check says whether a bundle that asks to be forked can be', {
  skip: process.platform === 'linux' ? false : 'forkserver needs Linux',
}, async () => {
  const startMethod = async (imports: string, exitCode = 0) => {
    const folder = await make({
      '.modelops/manifest.json': '{"start_method": "forkserver"}',
      'wire.py': `${imports}\ndef wire(entrypoint, params, seed): return {"a": "1"}\n`,
    });
    const checked = await stand.cli('bundle', 'check', folder, '--json');
    assert.equal(checked.exitCode, exitCode, checked.stderr);
    const { checks } = JSON.parse(checked.stdout);
    return checks.find(({ name }: { name: string }) => name === 'Start method');
  };
  assert.equal((await startMethod('import json')).state, 'ok');
  const held = await startMethod('import socket\nheld = socket.socket()');
  assert.equal(held.state, 'unknown');
  assert.match(
    held.found,
    /^Started anew instead of forked, .*: its import holds sockets .*, in wire\.py, line 2 \(`held = socket/,
  );
  const never = await startMethod('import os\nos.register_at_fork(after_in_child=lambda: os._exit(1))');
  assert.equal(never.state, 'unknown');
  assert.match(
    never.found,
    /: forking does not work after its import: the forked process ended before it said who it is\.$/,
  );
  const worse = await startMethod(
    'import os\nos.register_at_fork(after_in_child=lambda: setattr(os, "chdir", None))',
    1,
  );
  assert.equal(worse.state, 'missing');
  assert.match(worse.found, /can be imported, but not forked\. The simulation failed with TypeError/);
});

test('check tells on request whether a bundle could be forked that does not ask for it', {
  skip: process.platform === 'linux' ? false : 'forkserver needs Linux',
}, async () => {
  const folder = await make({
    'wire.py': 'def wire(entrypoint, params, seed): return {"a": "1"}\n',
    'models/quiet.py': '',
    'models/held.py': 'import socket\nheld = socket.socket()\n',
  });
  const startMethod = async (...options: string[]) =>
    (await stand.json('check', folder, ...options)).checks.find(
      ({ name }: { name: string }) => name === 'Start method',
    );
  assert.equal(await startMethod(), undefined);
  const quiet = await startMethod('--forkserver', '--entrypoint', 'models.quiet/a');
  assert.match(quiet.found, /can be forked, if the bundle says start_method = "forkserver"$/);
  const held = await startMethod('--forkserver', '--entrypoint', 'models.held/a');
  assert.match(held.found, /^forkserver would be refused: .* in models\/held\.py, line 2 /);
  assert.deepEqual([quiet.state, held.state], ['ok', 'unknown']);
});

test('check says where an import fails, and what it did not compare', async () => {
  const folder = await bundleWith({
    'models/sir.py': 'def f(): raise ValueError("boom")\nf()\n',
    'wire.py': 'import models.sir\ndef wire(*task): ...\n',
    'requirements.txt':
      'git+https://me:hunter2@@example.com/a.git\n--index-url https://example.org/x?token=hunter2\n',
  });
  const { stdout, stderr, exitCode } = await stand.cli('bundle', 'check', folder);
  assert.equal(exitCode, 1);
  assert.match(stdout, /Wire function .* ValueError: boom \(models\/sir\.py, line 1\)/);
  assert.match(stderr, /Traceback[\s\S]*models\/sir\.py/);
  assert.match(stdout, /Packages .* not compared with what is installed: .*\/\/…@example\.com/);
  assert.doesNotMatch(stdout + stderr, /hunter2/);
});

test('check says of a bundle whose environment is not built that it will be, or why it cannot be', async (t) => {
  stand.env.MODELOPS_ENVIRONMENTS = 'build';
  stand.env.MODELOPS_VENVS_DIR = join(await make(), 'venvs');
  t.after(() => {
    stand.env.MODELOPS_ENVIRONMENTS = 'installed';
    delete stand.env.MODELOPS_VENVS_DIR;
    delete stand.env.MODELOPS_INDEX_URL;
  });
  const project = (...requirements: string[]) => ({
    'pyproject.toml': `[project]\nname = "m"\ndependencies = ${JSON.stringify(requirements)}\n`,
  });
  const lock =
    'version = 1\n[[package]]\nname = "m"\nsource = { virtual = "." }\ndependencies = [{ name = "six" }]\n[[package]]\nname = "six"\nversion = "1.16.0"\n';
  const good = await stand.cli('bundle', 'check', await bundleWith(project('six')));
  assert.equal(good.exitCode, 0, good.stderr);
  assert.match(
    good.stdout,
    /Python .*an environment with what it declares in pyproject\.toml is built,.* when its first task/,
  );
  const index = await startPackageIndex(await make(), [{ name: 'mopschecked', version: '1.2' }]);
  t.after(() => index.close());
  stand.env.MODELOPS_INDEX_URL = index.url;
  const model = await bundleWith(project('mopschecked'));
  const { exitCode, stderr } = await stand.cli('run', '--bundle', model, '--entrypoint', 'models.a/b');
  assert.equal(exitCode, 0, stderr);
  const built = await stand.cli('bundle', 'check', model);
  assert.equal(built.exitCode, 0, built.stderr);
  assert.match(built.stdout, /Packages .*mopschecked 1\.2, installed by (uv|pip) [\d.]+ at /);
  const stale = await bundleWith({ ...project('six', 'attrs'), 'uv.lock': lock });
  const bad = await stand.cli('bundle', 'check', stale);
  assert.equal(bad.exitCode, 1);
  assert.match(
    bad.stdout,
    /its uv\.lock does not fit its pyproject\.toml, it was not locked for attrs\. Run `uv lock`/,
  );
});

test('check leaves no bytecode in the folder, and runs nothing of it', async () => {
  const folder = await make({
    'wire.py': 'import os\ndef wire(*task):\n    os.mkdir("ran")\n    raise SystemExit(3)\n',
    'models/sir.py': '',
  });
  const before = await readdir(folder, { recursive: true });
  assert.equal((await stand.cli('bundle', 'check', folder, '--entrypoint', 'models.sir/x')).exitCode, 0);
  assert.deepEqual(await readdir(folder, { recursive: true }), before);
});

test('check says that the registry of targets is damaged, and checks the rest', async () => {
  const folder = await bundleWith({ '.modelops-bundle/registry.yaml': 'targets: [' });
  const { stdout, exitCode } = await stand.cli('bundle', 'check', folder);
  assert.equal(exitCode, 1);
  assert.match(stdout, /✓ Wire function/);
  assert.match(
    stdout,
    /✗ Target .*registry\.yaml of the bundle cannot be read: .*Register its targets again/,
  );
});

test('check and push say what modelops-bundle tracks beside what the folder packs', async () => {
  const files = { 'models/sir.py': '', 'data/a.csv': '1\n', 'data/b.csv': '2\n' };
  const tracked = (...names: string[]) => ({
    '.modelops-bundle/tracked.txt': names.map((name) => `${name}\n`).join(''),
  });
  const said = async (folder: string, verb: string) => {
    const { exitCode, stderr } = await stand.cli('bundle', verb, folder);
    assert.equal(exitCode, 0, stderr);
    return stderr;
  };
  const other = await bundleWith({ ...files, ...tracked('wire.py', 'models/sir.py', 'gone.py') });
  for (const verb of ['check', 'push']) {
    const remark = await said(other, verb);
    assert.match(remark, /tracks 3 files here .*; 4 files of the folder belong to this bundle\./);
    assert.match(
      remark,
      /Not tracked: data\/a\.csv, data\/b\.csv\. Tracked, and not in this bundle: gone\.py\./,
    );
  }
  const same = await bundleWith({ ...files, ...tracked('wire.py', ...Object.keys(files)) });
  for (const verb of ['check', 'push']) assert.doesNotMatch(await said(same, verb), /modelops-bundle/);
});

test("check compares an entrypoint with the models of the bundle's registry", async () => {
  const folder = await bundleWith({
    'models/sir.py': 'class SIR: pass\n',
    '.modelops-bundle/registry.yaml':
      'models:\n  sir:\n    entrypoint: models.sir:SIR\n    path: models/sir.py\n',
  });
  const { checks } = await stand.json(
    'check',
    folder,
    ...['models.sir/baseline', 'models.sir.SIR/baseline'].flatMap((name) => ['--entrypoint', name]),
  );
  const found = checks
    .filter(({ name }: { name: string }) => name === 'Entrypoint')
    .map(({ found }: { found: string }) => found);
  assert.deepEqual(found, [
    'models.sir/baseline, which its registry.yaml has as models.sir:SIR',
    'models.sir.SIR/baseline. It is none of its registered models (its registry.yaml has models.sir:SIR)',
  ]);
});
