import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ForkRefused } from '../../../src/simulation/fork-refused.js';
import type { LocalBundle } from '../../../src/simulation/ports.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { createFixtureRunner, localBundle } from './run-fixture.js';
import { model, onLinux, withModel } from './run-forked.js';

const make = temporaryFolders();

const refusals: [string, string, RegExp][] = [
  [
    'leaves threads',
    'import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True, name="poller").start()',
    /its import runs 1 more thread \(poller\)/,
  ],
  [
    'leaves a thread that Python does not know by name',
    `import _thread, ctypes, time
def work():
    ctypes.CDLL(None).prctl(15, b"pool-7", 0, 0, 0)
    time.sleep(600)
_thread.start_new_thread(work, ())`,
    /its import runs 1 more thread \(pool-7\)/,
  ],
  ['leaves a socket', 'import socket\nheld = socket.socket()', /its import holds sockets \(socket:/],
  [
    'leaves a file open to be written that is not among its own',
    'import os\nhome = os.path.expanduser("~").split("/w/")[0]\nhome = home[: -len("/t/home")] if home.endswith("/t/home") else home\nheld = open(f"{home}/beside-{os.getpid()}", "w")',
    /its import holds pipes open, or files to write to \(.*beside/,
  ],
  [
    'leaves a pipe open',
    'import os\nheld = os.pipe()',
    /its import holds pipes open, or files to write to \(pipe:/,
  ],
  [
    'leaves more shared memory than is copied for each task',
    'import mmap\nheld = mmap.mmap(-1, 32 << 20)',
    /its import maps memory that its children would share \(\/dev\/zero/,
  ],
  [
    'leaves a process',
    'import subprocess\nheld = subprocess.Popen(["sleep", "600"])',
    /its import left processes running \(\d+\)/,
  ],
  ['fails', 'raise RuntimeError("not today")', /it cannot be imported before there is a task/],
  [
    'makes a temporary file to write to',
    'import tempfile\ntempfile.NamedTemporaryFile(delete=False).close()',
    /its import writes files \(tmp\/\w+\)/,
  ],
  ['makes a temporary folder', 'import tempfile\ntempfile.mkdtemp()', /its import writes files \(tmp\/\w+\)/],
  [
    'leaves a pipe in HOME',
    'import os\nos.mkfifo(os.path.expanduser("~/queue"))',
    /its import writes files \(home\/queue\)/,
  ],
  [
    'leaves a link in HOME',
    'import os\nos.symlink("/etc/hosts", os.path.expanduser("~/hosts"))',
    /its import writes files \(home\/hosts\)/,
  ],
  ['writes to its folder', 'open("table", "w").close()', /its import writes files \(bundle\/table\)/],
  [
    'changes a file of its bundle',
    'with open(__file__, "a") as own: own.write("#")',
    /its import writes files \(bundle\/wire\.py\)/,
  ],
  ['goes elsewhere', 'import os\nos.chdir("/")', /its import changes the working directory \(to \/\)/],
  ['sets a timer', 'import signal\nsignal.alarm(600)', /its import sets a timer/],
  [
    'lets no process be forked',
    'import os\nos.register_at_fork(after_in_child=lambda: os._exit(1))',
    /forking does not work after its import: the forked process ended before it said who it is/,
  ],
  [
    'lets no forked process leave',
    'import os\nos.dup = None',
    /forking does not work after its import: (a forked process that had nothing to do ended with exit code 1|the forked process ended as soon as)/,
  ],
  [
    'says what no template says',
    'import os\ntry: os.write(4, b"~" * 24)\nexcept OSError: pass # no template',
    /forking (failed twice|does not work after its import)/,
  ],
];
for (const [what, code, reason] of refusals) {
  test(`a model is not forked when its import ${what}`, onLinux, () =>
    withModel(`${code}\ndef wire(*task): return {"a": "1"}\n`, async (run) => {
      for (let asked = 0; asked < 2; asked++) {
        await assert.rejects(run(), (error) => {
          assert.ok(error instanceof ForkRefused, String(error));
          assert.match(error.message, reason);
          return true;
        });
      }
      assert.equal(
        (await run({ executor: 'cold' })).outcome,
        what === 'fails' ? 'simulation-failed' : 'succeeded',
      );
    }),
  );
}

test('bytecode that an import writes does not keep a model from being forked', onLinux, async (t) => {
  const folder = await make({
    'wire.py': 'from rates import wire',
    'rates.py': 'wire = lambda *_: {"a": "1"}',
  });
  const runner = await createFixtureRunner();
  t.after(() => runner.close());
  const { outcome } = await runner.run('', { bundle: await localBundle(folder), executor: 'forkserver' });
  assert.equal(outcome, 'succeeded');
});

test('a refusal takes no template its place', onLinux, async (t) => {
  const runner = await createFixtureRunner({ templates: { most: 1, unusedMs: 60_000 } });
  t.after(() => runner.close());
  const run = async (bundle: LocalBundle) => runner.run('', { bundle, executor: 'forkserver' });
  const [forks, refuses] = await Promise.all(
    [model, 'import os\nos.chdir("/")\ndef wire(*task): return {}\n'].map(async (wire) =>
      localBundle(await make({ 'wire.py': wire })),
    ),
  );
  assert.ok(forks && refuses);
  await assert.rejects(run(refuses), ForkRefused);
  const first = await run(forks);
  await assert.rejects(run(refuses), ForkRefused);
  assert.equal((await run(forks)).outputs.imported_in, first.outputs.imported_in);
});

test(
  'nobody waits for a long import: neither a task that is cancelled, nor one with a time limit',
  onLinux,
  () =>
    withModel('import time\ntime.sleep(600)\ndef wire(*task): return {}\n', async (run) => {
      const stopping = new AbortController();
      const cancelled = assert.rejects(run({ signal: stopping.signal }), /worker stops/);
      stopping.abort(new Error('the worker stops'));
      await cancelled;
      await assert.rejects(
        run({ memoryLimitBytes: 2 ** 30, timeoutMs: 3000 }),
        /its import takes longer than 0\.3 s/,
      );
    }),
);
