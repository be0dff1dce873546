import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { defaultSandbox } from '../../../src/runner/process/sandbox.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { createFixtureRunner, type FixtureRun, type FixtureRunner, localBundle } from './run-fixture.js';
import { onLinux } from './run-forked.js';

const make = temporaryFolders();
let runner: FixtureRunner;
before(async () => {
  // As the app's user, who may do more to its folders.
  runner = await createFixtureRunner({ sandbox: { ...defaultSandbox, users: undefined } });
});
after(() => runner.close());

/** A library that keeps what it makes for its argument (text of Python) where its namesake does, and makes it unless it is there. */
const library = `
import os, time
def make(*path):
    while time.process_time() < 0.2: pass
    file = os.path.expanduser(os.path.join(*path))
    if os.path.exists(file): return
    os.makedirs(os.path.dirname(os.path.abspath(file)), exist_ok=True)
    with open(file, "w") as made:
        made.write("12345")
`;

async function run(body: string, { manifest = '{}', ...request }: FixtureRun & { manifest?: string } = {}) {
  const folder = await make({
    'library.py': library,
    'wire.py': `
import os, library
def wire(entrypoint, params, seed):
    ${body.trim().replaceAll('\n', '\n    ')}
    return {"a": "1"}
`,
    '.modelops/manifest.json': manifest,
  });
  return runner.run('', { bundle: await localBundle(folder), ...request });
}

const one = (name: string) => [{ name, files: 1, bytes: 5 }];

const caches: [string, string, string][] = [
  [
    'numba, beside a module',
    'library.make(os.path.dirname(library.__file__), "__pycache__", "k.f-1.py311.nbi")',
    'numba',
  ],
  [
    'numba, below HOME',
    'library.make(os.environ["XDG_CACHE_HOME"], "numba", "site_0f", "k.f-1.1.nbc")',
    'numba',
  ],
  ['numba, in a folder of the bundle', 'library.make(".numba", "site_0f", "k.f-1.1.nbc")', 'numba'],
  ['brian2', 'library.make("~/.cython/brian_extensions/_cython_magic_0.so")', 'brian2'],
  ['cython', 'library.make("~/.cython/inline/_cython_inline_0.so")', 'cython'],
  ['dijitso', 'library.make("~/.cache/dijitso/lib/libffc_form.so")', 'dijitso'],
  ['ffcx', 'library.make("~/.cache/fenics/libffcx_forms.so")', 'ffcx'],
  ['matplotlib', 'library.make("~/.cache/matplotlib/fontlist-v390.json")', 'matplotlib'],
  ['jax', 'library.make(".jax-cache/jit_step-0123-cache")', 'jax'],
  ['torch inductor', 'library.make(os.environ["TORCHINDUCTOR_CACHE_DIR"], "ab", "cab.py")', 'torch inductor'],
  ['pytensor', 'library.make("~/.pytensor/compiledir_Linux/tmp0/m.so")', 'pytensor'],
  ['something of ~/.cache', 'library.make("~/.cache/regions/index.db")', '~/.cache/regions'],
];
for (const [what, body, name] of caches) {
  test(`a task that fills the cache of ${what} says so, unless a warm-up has filled it`, async () => {
    const { outcome, reason, filledCaches } = await run(body);
    assert.equal(outcome, 'succeeded', reason);
    assert.deepEqual(filledCaches, one(name));
    const warmed = await run(body, { manifest: '{"warm_up": {}}' });
    assert.equal(warmed.outcome, 'succeeded', warmed.reason);
    assert.deepEqual(warmed.filledCaches, []);
  });
}

test('what a task adds to the caches that a warm-up left is told alone; of a cache that nobody knows, it is not', async () => {
  const body = `
library.make("~/.cache/numba/site_0f/f.1.nbc")
library.make("~/.cache/regions/index.db")
if seed != 0:
    library.make("~/.cache/numba/site_0f/f.2.nbc")
    library.make("~/.cache/regions/session-7")
`;
  const { outcome, filledCaches } = await run(body, { manifest: '{"warm_up": {}}' });
  assert.equal(outcome, 'succeeded');
  assert.deepEqual(filledCaches, one('numba'));
});

test('several caches are told with how much there is of each, also by a task that fails', async () => {
  const { outcome, filledCaches } = await run(`
library.make("~/.cache/numba/site_0f/f.1.nbc")
library.make("__pycache__/g.1.nbc")
library.make("~/.cache/matplotlib/fontlist.json")
raise RuntimeError("afterwards")
`);
  assert.equal(outcome, 'simulation-failed');
  assert.deepEqual(filledCaches, [{ name: 'numba', files: 2, bytes: 10 }, ...one('matplotlib')]);
});

test('other files are no cache, nor is what the bundle came with', async () => {
  const folder = await make({ 'wire.py': '', '__pycache__/k.nbi': 'came along' });
  const { outcome, filledCaches } = await runner.run('succeeds');
  assert.deepEqual([outcome, filledCaches], ['succeeded', []]);
  const none = await run(`
library.make("~/results/table.csv")
library.make("~/.config/model.toml")
library.make("__pycache__/wire.pyc")
library.make(os.environ["TMPDIR"], "k.nbi")
`);
  assert.deepEqual([none.outcome, none.filledCaches], ['succeeded', []]);
  const bundle = await localBundle(folder);
  const its = await runner.run('', { bundle });
  assert.deepEqual(its.filledCaches, []);
});

test('a task that is forked tells what it filled, not what its import did', onLinux, async () => {
  const folder = await make({
    'library.py': library,
    'wire.py': `
import library
library.make("~/.cache/matplotlib/fontlist.json")
def wire(entrypoint, params, seed):
    library.make("~/.cache/numba/site_0f/f.1.nbc")
    return {"a": "1"}
`,
  });
  const bundle = await localBundle(folder);
  for (let task = 0; task < 2; task++) {
    const { outcome, reason, attestation, filledCaches } = await runner.run('', {
      bundle,
      executor: 'forkserver',
    });
    assert.equal(outcome, 'succeeded', reason);
    assert.equal(attestation?.executor, 'forkserver');
    assert.deepEqual(filledCaches, one('numba'));
  }
});

test('a process that is kept tells none: its caches stay with it', async () => {
  const { outcome, filledCaches } = await run('library.make("~/.cache/numba/f.1.nbc")', {
    executor: 'isolated_warm',
  });
  assert.deepEqual([outcome, filledCaches], ['succeeded', []]);
});

test("no link that a task leaves leads to another one's files, and nothing it does to its folders fails it", async () => {
  const other = await make({ 'numba/f.1.nbc': "another task's", '.cache/numba/f.1.nbc': "another task's" });
  const links = [
    `os.rmdir(os.environ["HOME"]); os.symlink("${other}", os.environ["HOME"])`,
    `os.symlink("${join(other, '.cache')}", os.path.expanduser("~/.cache"))`,
    `os.makedirs(os.path.expanduser("~/.cache")); os.symlink("${join(other, 'numba')}", os.path.expanduser("~/.cache/numba"))`,
    `os.makedirs("__pycache__", exist_ok=True); os.symlink("${join(other, 'numba/f.1.nbc')}", "__pycache__/f.1.nbc")`,
    `os.symlink("${other}", "linked")`,
  ];
  const others = [
    'library.make("~/.cache/numba/f.nbc"); os.chmod(os.path.expanduser("~/.cache"), 0)',
    'import shutil; shutil.rmtree(os.environ["HOME"]); shutil.rmtree(os.getcwd())',
    'os.makedirs(os.path.expanduser("~/.cache/numba")); os.mkfifo(os.path.expanduser("~/.cache/numba/f.nbc"))',
    'library.make("~/.cache/\\n[31m,other: all is well/f")',
    'for number in range(2500): open(os.path.expanduser(f"~/{number}"), "w").close()',
  ];
  for (const body of [...links, ...others]) {
    const { outcome, reason, filledCaches } = await run(`library.make("made")\n${body}`);
    assert.equal(outcome, 'succeeded', `${body}: ${reason}`);
    // Root may read what permissions forbid.
    const readable = body.includes('chmod') && process.getuid?.() === 0;
    assert.deepEqual(filledCaches, readable ? one('numba') : [], body);
  }
});
