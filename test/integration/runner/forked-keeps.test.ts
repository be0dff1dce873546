import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onLinux, withModel } from './run-forked.js';

const reads = `
import os, tempfile
with open(os.path.join(os.environ["HOME"], "table"), "w") as table:
    table.write("first\\nsecond\\nthird\\nfourth\\n")
held = open(os.path.join(os.environ["HOME"], "table"))
held.readline()
raw = os.open(__file__, os.O_RDONLY)
os.read(raw, 7)
unlinked = os.open(os.path.join(os.environ["HOME"], "gone"), os.O_RDWR | os.O_CREAT)
os.write(unlinked, b"kept without a name")
gone = os.open(os.path.join(os.environ["HOME"], "gone"), os.O_RDONLY)
os.close(unlinked)
os.remove(os.path.join(os.environ["HOME"], "gone"))
def wire(entrypoint, params, seed):
    at = os.lseek(raw, 0, os.SEEK_CUR)
    line = held.readline()
    os.lseek(raw, 100 * seed, os.SEEK_SET)
    os.lseek(held.fileno(), 0, os.SEEK_END)
    return {"line": line, "at": str(at), "gone": os.read(gone, 100), "inheritable": str(os.get_inheritable(raw))}
`;

test('a file that the import holds open for reading is where the import left it, in each task', onLinux, () =>
  withModel(reads, async (run) => {
    const reports = [await run(), await run(), ...(await Promise.all([run(), run(), run()]))];
    for (const { outcome, reason, outputs, attestation, logText } of reports) {
      assert.equal(outcome, 'succeeded', `${reason} ${logText}`);
      assert.equal(attestation?.executor, 'forkserver');
      assert.deepEqual(outputs, {
        line: 'second\n',
        at: '7',
        gone: 'kept without a name',
        inheritable: 'False',
      });
    }
  }),
);

const writes = `
import os
home = os.environ["HOME"]
os.makedirs(os.path.join(home, ".cache", "fonts"))
for name in ("list.json", "lock"):
    with open(os.path.join(home, ".cache", "fonts", name), "w") as file:
        file.write("made by the import")
def wire(entrypoint, params, seed):
    own = os.path.join(os.environ["HOME"], ".cache", "fonts", "list.json")
    with open(own) as file:
        found = file.read()
    with open(own, "a") as file:
        file.write(f", changed by {seed}")
    try:
        with open(os.path.join(home, ".cache", "fonts", "list.json"), "a") as file:
            file.write("changed for all")
        shared = "written"
    except OSError as error:
        shared = type(error).__name__
    return {"found": found, "shared": shared, "own": str(os.environ["HOME"] != home)}
`;

test('what the import writes below HOME is there for each task, which has it for itself', onLinux, () =>
  withModel(writes, async (run) => {
    for (const { outcome, reason, outputs, attestation } of [
      await run(),
      ...(await Promise.all([run(), run()])),
    ]) {
      assert.equal(outcome, 'succeeded', reason);
      assert.equal(attestation?.executor, 'forkserver');
      assert.deepEqual(outputs, { found: 'made by the import', shared: 'PermissionError', own: 'True' });
    }
  }),
);

const compiles = `
import os, sys, types
sys.modules["numba.core.caching"] = types.ModuleType("numba.core.caching")
class Cache:
    """As numba's: it is settled when a function is decorated where its machine code is kept."""
    __module__ = "numba.core.caching"
    def __init__(self, *folder):
        self._cache_path = os.path.join(*folder)
caches = [
    Cache(os.path.dirname(os.path.abspath(__file__)), "__pycache__"),
    Cache(os.environ["HOME"], ".cache", "numba"),
    Cache("/elsewhere", "numba"),
]
def wire(entrypoint, params, seed):
    found = []
    for cache in caches[:2]:
        os.makedirs(cache._cache_path, exist_ok=True)
        with open(os.path.join(cache._cache_path, "kernel.nbi"), "a+") as file:
            found.append(file.tell())
            file.write("compiled")
    own = [os.path.join(os.getcwd(), "__pycache__"), os.path.expanduser("~/.cache/numba"), "/elsewhere/numba"]
    return {"found": found, "own": str([cache._cache_path for cache in caches] == own)}
`;

test('what numba compiles is kept in the folders of the task, not of its template', onLinux, () =>
  withModel(compiles, async (run) => {
    for (const { outcome, reason, outputs, attestation } of [
      await run(),
      ...(await Promise.all([run(), run()])),
    ]) {
      assert.equal(outcome, 'succeeded', reason);
      assert.equal(attestation?.executor, 'forkserver');
      assert.deepEqual(outputs, { found: '[0, 0]', own: 'True' });
    }
  }),
);

const forgets = `
import os
held = open(__file__)
os.register_at_fork(after_in_child=held.close)
def wire(entrypoint, params, seed):
    return {"closed": str(held.closed)}
`;

test('a file that the import left open, and that is closed when a task comes, is no obstacle', onLinux, () =>
  withModel(forgets, async (run) => {
    const { outcome, reason, outputs, attestation } = await run();
    assert.equal(outcome, 'succeeded', reason);
    assert.equal(attestation?.executor, 'forkserver');
    assert.deepEqual(outputs, { closed: 'True' });
  }),
);
const shares = `
import mmap, multiprocessing, os, tempfile
fork = multiprocessing.get_context("fork")
lock, number, memory, notes = fork.Lock(), fork.Value("i", 5), mmap.mmap(-1, 4096), tempfile.TemporaryFile()
memory[:3] = b"new"
notes.write(b"from the import")
notes.flush()
def count():
    number.value += 1
    memory[:3] = b"sub"
def wire(entrypoint, params, seed):
    free = lock.acquire(timeout=0)
    child = fork.Process(target=count)
    child.start()
    child.join()
    notes.write(f", {seed}".encode())
    notes.seek(0)
    if params["ends"]: os._exit(3)
    return {"free": str(free), "number": str(number.value), "memory": memory[:3], "notes": notes.read()}
`;

test(
  'memory that the import shares with its children each task shares with its own children alone',
  onLinux,
  () =>
    withModel(shares, async (run) => {
      const [kept, ended] = ['{"ends": false}', '{"ends": true}'];
      assert.equal((await run({ params: kept })).outcome, 'succeeded');
      // One that ends while it holds the lock keeps no other waiting.
      assert.equal((await run({ params: ended })).exit.code, 3);
      const runs = [run({ params: kept }), run({ params: kept }), run({ params: kept })];
      for (const { outcome, reason, outputs, attestation } of await Promise.all(runs)) {
        assert.equal(outcome, 'succeeded', reason);
        assert.equal(attestation?.executor, 'forkserver');
        assert.deepEqual(outputs, { free: 'True', number: '6', memory: 'sub', notes: 'from the import, 7' });
      }
    }),
);

const locks = `
import multiprocessing
spawn = multiprocessing.get_context("spawn")
lock, number = spawn.RLock(), spawn.Value("i", 5)
def count():
    number.value += 1
def wire(entrypoint, params, seed):
    free = lock.acquire(timeout=0)
    child = multiprocessing.get_context("fork").Process(target=count)
    child.start()
    child.join()
    if params["ends"]: __import__("os")._exit(3)
    new = spawn.Lock()
    return {"free": str(free), "number": str(number.value), "new": str(new.acquire(timeout=0))}
`;

test(
  'locks of the import that go by a name, as all do in Python 3.14, each task has for itself',
  onLinux,
  () =>
    withModel(locks, async (run) => {
      const [kept, ended] = ['{"ends": false}', '{"ends": true}'];
      assert.equal((await run({ params: kept })).outcome, 'succeeded');
      assert.equal((await run({ params: ended })).exit.code, 3);
      const runs = [run({ params: kept }), run({ params: kept }), run({ params: kept })];
      for (const { outcome, reason, outputs, attestation, leftovers } of await Promise.all(runs)) {
        assert.equal(outcome, 'succeeded', reason);
        assert.equal(attestation?.executor, 'forkserver');
        assert.equal(leftovers.unkillable.length, 0);
        assert.deepEqual(outputs, { free: 'True', number: '6', new: 'True' });
      }
    }),
);

const logs = `
import logging, os, tempfile
home, tmp = os.environ["HOME"], tempfile.gettempdir()
os.mkdir("logs")
log = logging.getLogger("model")
for place in (home, tmp, "logs"):
    handler = logging.FileHandler(os.path.join(place, "model.log"))
    log.addHandler(handler)
log.warning("imported")
table = open("table", "w+")
table.write("made, ")
own = open(__file__, "r+")
with open(os.path.join(tmp, "cache"), "w") as file:
    file.write("found")
def read(*path):
    with open(os.path.join(*path)) as file: return file.read()
def wire(entrypoint, params, seed):
    log.warning("ran %s", params["run"])
    table.write(params["run"])
    table.flush()
    own.write("#")
    own.flush()
    return {"home": read(os.environ["HOME"], "model.log"), "tmp": read(os.environ["TMPDIR"], "model.log"),
            "bundle": read("logs", "model.log"), "table": read("table"), "own": read("wire.py")[0],
            "cache": read(os.environ["TMPDIR"], "cache")}
`;

test(
  'files that the import holds open to be written, and those that it made, each task has for itself',
  onLinux,
  () =>
    withModel(logs, async (run) => {
      const named = (name: string) => run({ params: `{"run": "${name}"}` });
      const first = [['first', await named('first')]] as const;
      const others = ['second', 'third'].map(async (name) => [name, await named(name)] as const);
      for (const [name, { outcome, reason, outputs, attestation, error }] of [
        ...first,
        ...(await Promise.all(others)),
      ]) {
        assert.equal(outcome, 'succeeded', `${reason} ${error?.traceback}`);
        assert.equal(attestation?.executor, 'forkserver');
        const log = `imported\nran ${name}\n`;
        const written = {
          home: log,
          tmp: log,
          bundle: log,
          table: `made, ${name}`,
          own: '#',
          cache: 'found',
        };
        assert.deepEqual(outputs, written);
      }
    }),
);

const harmless: [string, string][] = [
  [
    'threads that only tidy up for a library',
    `import _thread, ctypes, time
def tidy():
    ctypes.CDLL(None).prctl(15, b"jemalloc_bg_thd", 0, 0, 0)
    named.release()
    time.sleep(600)
named = _thread.allocate_lock()
named.acquire()
_thread.start_new_thread(tidy, ())
named.acquire()`,
  ],
  [
    'a thread that is about to end',
    'import threading, time\nthreading.Thread(target=time.sleep, args=(0.2,)).start()',
  ],
  ['what nobody can reach any more', 'import socket\nheld = [socket.socket()]\nheld.append(held)\ndel held'],
  [
    'a file that it closes where it is forked',
    'import os\nheld = open(__file__)\nos.register_at_fork(after_in_child=held.close)',
  ],
];
for (const [what, code] of harmless) {
  test(`a model is forked although its import leaves ${what}`, onLinux, () =>
    withModel(`${code}\ndef wire(*task): return {"a": "1"}\n`, async (run) => {
      const { outcome, reason, attestation } = await run();
      assert.equal(outcome, 'succeeded', reason);
      assert.equal(attestation?.executor, 'forkserver');
    }),
  );
}
