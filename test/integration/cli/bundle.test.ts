import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createPackedSource } from '../../../src/bundles/pack/create-packed-source.js';
import { packBundle } from '../../../src/bundles/pack/pack-bundle.js';
import { readSettings } from '../../../src/config/read-settings.js';
import { openCache } from '../../../src/connections/open-bundles.js';
import { preflight } from '../../../src/preflight/preflight.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { type CliStand, startStand } from './stand.js';

const make = temporaryFolders();
let stand: CliStand;
let model = '';
before(async () => {
  stand = await startStand({ MODELOPS_BUNDLES_DIR: '', MODELOPS_BUNDLES_CONTAINER: 'bundles-of-this-test' });
  model = await make({
    'wire.py': 'def wire(entrypoint, params, seed): return {"a": b"1"}\n',
    'models/sir.py': 'x = 1\n',
    'bin/tool*': '#!/bin/sh\n',
    'notes.log': 'not content',
    '.modelopsignore': '*.log\n',
    '.modelops/manifest.json': '{"wire": "wire.py:wire", "timeout_seconds": 60}',
  });
});
after(() => stand.stop());

// biome-ignore lint/suspicious/noExplicitAny: documents of several commands, looked at field by field
async function json(...args: string[]): Promise<any> {
  const { exitCode, stdout, stderr } = await stand.cli('bundle', ...args, '--json');
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout);
}

test('a folder is pushed once, listed, shown and pulled, and comes back as it was', async () => {
  const first = await stand.cli('bundle', 'push', model, '--tag', 'sir');
  assert.equal(first.exitCode, 0, first.stderr);
  const ref = first.stdout.trim();
  assert.match(ref, /^sha256:[0-9a-f]{64}$/);
  assert.match(first.stderr, /Stored the bundle .* in the container bundles-of-this-test at http/);

  assert.deepEqual(await json('push', model), { ref, new_blobs: 0, new_bytes: 0 });
  const { bundles } = await json('list');
  assert.deepEqual(bundles, [{ ref, tags: ['sir'], files: 5, bytes: bundles[0].bytes, problem: '' }]);

  const shown = await json('show', ref);
  assert.deepEqual(shown.metadata, { wire: 'wire.py:wire', timeout_seconds: 60 });
  assert.deepEqual(
    shown.files.map(({ path }: { path: string }) => path),
    ['.modelops/manifest.json', '.modelopsignore', 'bin/tool', 'models/sir.py', 'wire.py'],
  );

  const pulled = join(stand.folder, 'pulled');
  assert.equal((await json('pull', ref, pulled)).files, 5);
  assert.equal((await packBundle(pulled)).digest, ref);
  assert.equal((await stat(join(pulled, 'wire.py'))).mode & 0o200, 0o200, 'a person may change it');
  const again = await stand.cli('bundle', 'pull', ref, pulled);
  assert.equal(again.exitCode, 2);
  assert.match(again.stderr, /^Cannot fetch into .*: it is not empty \(.+ is there\)\./);
  assert.deepEqual(
    (await readdir(stand.folder)).filter((name) => name.startsWith('.')),
    [],
    'nothing unfinished is left',
  );
  assert.equal((await json('verify', ref)).verified, true);
});

test('damage that keeps the size is found, and mended by a push that repairs', async () => {
  const { ref } = await json('push', model);
  const { files } = await json('show', ref);
  const { digest, size } = files.find((file: { path: string }) => file.path === 'wire.py');
  const container = stand.storage.blobs.getContainerClient('bundles-of-this-test');
  await container.getBlockBlobClient(`blobs/${digest.replace(':', '/')}`).upload('x'.repeat(size), size);
  assert.equal((await stand.cli('bundle', 'verify', ref)).exitCode, 1);
  assert.equal((await json('push', model)).new_blobs, 0);
  await json('push', model, '--repair');
  assert.equal((await json('verify', ref)).verified, true);
});

test('a folder that is there is filled, not replaced, and what came meanwhile stays', async () => {
  const { ref } = await json('push', model);
  const target = join(stand.folder, 'there');
  await mkdir(target, { mode: 0o700 });
  const { ino } = await stat(target);
  await json('pull', ref, target);
  const facts = await stat(target);
  assert.deepEqual([facts.ino, facts.mode & 0o777], [ino, 0o700]);
  assert.equal((await packBundle(target)).digest, ref);
  await writeFile(join(stand.folder, 'file'), '');
  const onFile = await stand.cli('bundle', 'pull', ref, join(stand.folder, 'file'));
  assert.equal(onFile.exitCode, 2);
  assert.match(onFile.stderr, /it is a file, or lies below one/);
});

test('verify finds what is damaged or missing in the store, and push mends it', async () => {
  const { ref } = await json('push', model);
  const container = stand.storage.blobs.getContainerClient('bundles-of-this-test');
  const digestOf = async (path: string) =>
    (await json('show', ref)).files.find((file: { path: string }) => file.path === path).digest;
  const wire = container.getBlockBlobClient(`blobs/${(await digestOf('wire.py')).replace(':', '/')}`);
  await wire.upload('x'.repeat(10), 10);
  await container.deleteBlob(`blobs/${(await digestOf('models/sir.py')).replace(':', '/')}`);
  const { exitCode, stdout } = await stand.cli('bundle', 'verify', ref);
  assert.equal(exitCode, 1);
  assert.match(stdout, /wire\.py ends after 10 of \d+ bytes/);
  assert.match(stdout, /models\/sir\.py is not there/);
  assert.match(stdout, /is damaged in the container .*: 2 of 5 files\. Push it again with --repair\./);
  assert.equal((await json('push', model)).new_blobs, 2);
  assert.equal((await json('verify', ref)).verified, true);
});

for (const [what, args, exitCode, message] of [
  [
    'a reference that is none',
    ['pull', 'sha256:abc', 'x'],
    2,
    /^Cannot use the bundle: it is "sha256:abc": it must be/,
  ],
  ['a tag', ['verify', 'models/sir:latest'], 2, /a tag can move/],
  ['a folder that does not exist', ['push', './nowhere'], 1, /^Cannot pack .*nowhere: it cannot be read/],
  ['pushing a reference', ['push', `sha256:${'0'.repeat(64)}`], 2, /it is a reference to a bundle/],
  ['a bundle that is not there', ['show', `sha256:${'0'.repeat(64)}`], 1, /its manifest is not there/],
  ['pulling what is not there', ['pull', `sha256:${'0'.repeat(64)}`, 'x'], 1, /its manifest is not there/],
  [
    'an entrypoint that is none',
    ['check', '.', '--entrypoint', 'sir'],
    2,
    /^Cannot use --entrypoint: it is "sir"/,
  ],
  ['a target that is none', ['check', '.', '--target', 'f'], 2, /^Cannot use --target: it is the string "f"/],
] as [string, string[], number, RegExp][]) {
  test(`${what} is said in a sentence`, async () => {
    const result = await stand.cli('bundle', ...args);
    assert.match(result.stderr, message);
    assert.doesNotMatch(result.stderr, /^\s+at /m);
    assert.equal(result.exitCode, exitCode);
  });
}

test('an ignore file takes out what it names, and takes in again what is left out otherwise', async () => {
  const folder = await make({
    'wire.py': '',
    'data/large.csv': '',
    'data/keep.csv': '',
    'out/x.txt': '',
    'venv.txt': '',
    '.env': 'SECRET=1',
    '.vscode/settings.json': '{}',
    'Data/UPPER.CSV': '',
    '.modelopsignore': '# comment\n/out/\n*.csv\n!keep.csv\n!.vscode\n',
  });
  const { files } = await json('show', folder);
  assert.deepEqual(
    files.map(({ path }: { path: string }) => path),
    ['.modelopsignore', '.vscode/settings.json', 'Data/UPPER.CSV', 'data/keep.csv', 'venv.txt', 'wire.py'],
  );
});

const bundleWith = (files: Record<string, string>) =>
  make({ 'wire.py': 'def wire(entrypoint, params, seed): return {"a": b"1"}\n', ...files });

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
  assert.deepEqual(found.slice(0, 5), [
    'Bundle ok',
    'Python ok',
    'Wire function ok found and imported',
    'Entrypoint ok models.sir/baseline',
    'Entrypoint ok models.sir.SIR/baseline',
  ]);
  const [seir, needs, broken, other, prev, gone, number] = found.slice(5);
  assert.match(seir, /^Entrypoint missing models\.seir\/x cannot be imported: there is no seir in models$/);
  assert.match(needs, /^Entrypoint missing models\.needs\/x .* No module named 'starsim'$/);
  assert.match(broken, /^Entrypoint missing models\.broken\/x cannot be imported: SyntaxError: /);
  assert.match(other, /^Entrypoint unknown other\.module\/x: other is no module of the bundle/);
  assert.match(prev, /^Target ok targets\.prev:f$/);
  assert.match(gone, /^Target missing targets\.prev:gone .*there is no gone in targets\.prev$/);
  assert.match(number, /^Target missing targets\.prev:number .*number is int, not a function$/);
});

test('a model in one file may have entrypoints that only its wire function knows', async () => {
  const folder = await make({
    'wire.py': 'from my_model import simulate\ndef wire(entrypoint, params, seed): return simulate()\n',
    'my_model.py': 'def simulate(): return {"a": "1"}\n',
  });
  const { usable, checks } = await json('check', folder, '--entrypoint', 'my_model.seir/baseline');
  assert.equal(usable, true);
  assert.match(checks.at(-1).found, /there is no seir in my_model/);
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
  assert.match(held.found, /^Started anew instead of forked, .*: its import holds sockets/);
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

test('submit elsewhere says what cannot be read of the requirements, and goes on', async () => {
  const folder = await bundleWith({ 'requirements.txt': '-r base.txt\n' });
  const { settings } = readSettings(stand.env);
  const packed = await packBundle(folder);
  const bundles = openCache(settings, createPackedSource(packed, folder));
  const names = { entrypoints: [], targets: [] };
  const request = { settings, bundles, bundleRef: packed.digest, names, isTheApps: false };
  const findings = await preflight(request, AbortSignal.timeout(60_000));
  assert.deepEqual(
    findings.map(({ name, state }) => `${name} ${state}`),
    ['Bundle ok', 'Python unchecked', 'Wire function ok'],
  );
  assert.match(findings[1]?.found ?? '', /refers to base\.txt, which does not exist/);
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

test('check leaves no bytecode in the folder, and runs nothing of it', async () => {
  const folder = await make({
    'wire.py': 'import os\ndef wire(*task):\n    os.mkdir("ran")\n    raise SystemExit(3)\n',
    'models/sir.py': '',
  });
  const before = await readdir(folder, { recursive: true });
  assert.equal((await stand.cli('bundle', 'check', folder, '--entrypoint', 'models.sir/x')).exitCode, 0);
  assert.deepEqual(await readdir(folder, { recursive: true }), before);
});

for (const [what, files, message] of [
  [
    'a missing module',
    { 'wire.py': 'import starsim\n' },
    /Wire function: it cannot be imported: .*No module named 'starsim'/,
  ],
  ['no wire function', { 'wire.py': 'x = 1\n' }, /'wire\.py:wire' is not a function/],
  [
    'a package that is not installed',
    { 'requirements.txt': 'starsim>=3.0.4\n' },
    /Python: .*starsim>=3\.0\.4 is not installed/,
  ],
  [
    'a Python that it cannot run in',
    { 'pyproject.toml': '[project]\nname = "m"\nrequires-python = ">=4"\n' },
    /Python: .*pyproject\.toml requires >=4/,
  ],
  [
    'a misspelt key',
    { '.modelops/manifest.json': '{"requires_fresh": true}' },
    /Bundle: .*requires_fresh is not a field/,
  ],
  [
    'an entrypoint that is not there',
    { 'models/seir.py': '' },
    /Entrypoint: models\.sir\/baseline cannot be imported: there is no sir in models/,
  ],
] as [string, Record<string, string>, RegExp][]) {
  test(`submit refuses a bundle with ${what}, and sends nothing`, async () => {
    await stand.storage.queue.createIfNotExists();
    await stand.storage.queue.clearMessages();
    const folder = await bundleWith(files);
    const args = ['--bundle', folder, '--entrypoint', 'models.sir/baseline', '--grid', 'x=1,2'];
    const { exitCode, stderr } = await stand.cli('submit', ...args);
    assert.equal(exitCode, 1);
    assert.match(stderr, /^Cannot submit: no task of this bundle could run\. Nothing was sent\./m);
    assert.match(stderr, message);
    assert.equal((await stand.storage.queue.getProperties()).approximateMessagesCount, 0);
    const sent = await stand.cli('submit', ...args, '--no-preflight');
    assert.equal(sent.exitCode, 0, sent.stderr);
    assert.equal((await stand.storage.queue.getProperties()).approximateMessagesCount, 2);
  });
}

test('submit checks the targets that a study names, by function or by name of the registry', async () => {
  const folder = await bundleWith({
    'targets/prev.py': 'def f(results): return 0\n',
    '.modelops-bundle/registry.yaml':
      'targets: {prev: {path: targets/prev.py, entrypoint: "targets.prev:f"}}\n',
  });
  const submit = async (targets: string[]) => {
    const study = { model: 'models.sir', scenario: 'baseline', parameter_sets: [{ x: 1 }], targets };
    await writeFile(join(stand.folder, 'study.json'), JSON.stringify(study));
    return stand.cli('submit', 'study.json', '--bundle', folder);
  };
  assert.equal((await submit(['targets.prev:f', 'prev'])).exitCode, 0);
  const { exitCode, stderr } = await submit(['targets.prev:g', 'incidence']);
  assert.equal(exitCode, 1);
  assert.match(stderr, /Target: targets\.prev:g cannot be imported: there is no g in targets\.prev/);
  assert.match(
    stderr,
    /Target: incidence is neither "module:function" nor a target in the bundle's registry\.yaml/,
  );
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

test('what a run keeps in the folder of its model does not become part of it, and takes nothing out of it', async () => {
  const folder = await make({
    'wire.py': 'def wire(*task): return {"a": open("data/pop.csv").read()}\n',
    'data/pop.csv': '1',
  });
  const { digest } = await packBundle(folder);
  for (const to of [folder, join(folder, 'data'), join(folder, 'new')]) {
    const args = ['--bundle', folder, '--entrypoint', 'models.sir/x', '--to', to];
    assert.equal((await stand.cli('run', ...args)).exitCode, 0);
    assert.equal((await packBundle(folder)).digest, digest, to);
  }
});

test('a task runs here straight from a folder, without any store, within the limits of its bundle', async () => {
  const folder = await make({
    'wire.py': 'import time\ndef wire(*task): time.sleep(60)\n',
    '.modelops/manifest.json': '{"timeout_seconds": 0.5}',
  });
  const { exitCode, stdout } = await stand.cli(
    'run',
    '--bundle',
    folder,
    '--entrypoint',
    'models.sir/baseline',
  );
  assert.equal(exitCode, 3);
  assert.match(stdout, /timed-out .*\n.*its time limit is 0\.5 s(econds)? \(the bundle's timeout_seconds\)/);
});

test('two folders with the same content are the same bundle, whoever owns them and whenever they were written', async () => {
  const twin = await make({});
  for (const path of await readdir(model, { recursive: true })) {
    const facts = await stat(join(model, path));
    if (facts.isDirectory()) await mkdir(join(twin, path), { recursive: true });
  }
  for (const path of (await readdir(model, { recursive: true })).reverse()) {
    const facts = await stat(join(model, path));
    if (!facts.isFile()) continue;
    await writeFile(join(twin, path), await readFile(join(model, path)));
    await chmod(join(twin, path), facts.mode | 0o040);
  }
  assert.equal((await json('push', twin)).ref, (await json('push', model)).ref);
});
