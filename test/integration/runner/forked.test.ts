import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ForkRefused } from '../../../src/simulation/fork-refused.js';
import type { LocalBundle } from '../../../src/simulation/ports.js';
import { pathsBelow } from '../../fixtures/files/paths-below.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { buildStatics } from '../../fixtures/statics/build-statics.js';
import {
  createFixtureRunner,
  eventually,
  type FixtureRun,
  type FixtureRunner,
  isRunning,
  localBundle,
  processesOf,
  python,
} from './run-fixture.js';

const make = temporaryFolders();
const onLinux = { skip: process.platform === 'linux' ? false : 'forkserver needs Linux' };

/** Runs tasks of a model that is given by its wire.py. */
async function withModel(
  wire: string,
  use: (run: (run?: FixtureRun) => ReturnType<FixtureRunner['run']>, runner: FixtureRunner) => Promise<void>,
) {
  const folder = await make({ 'wire.py': wire });
  const runner = await createFixtureRunner();
  try {
    const bundle = await localBundle(folder);
    await use((run = {}) => runner.run('', { bundle, executor: 'forkserver', ...run }), runner);
  } finally {
    await runner.close();
  }
}

/** The processes from which others are forked, and those that were: they have the same environment in /proc. */
function templatesOf({ scratchRoot }: FixtureRunner): number[] {
  const workers = join(scratchRoot, 'workers');
  const names = existsSync(workers) ? readdirSync(workers) : [];
  return names.flatMap((worker) => processesOf(join(workers, worker, 'processes')));
}

/** Logs of tasks that have been handed over. */
function logsOf({ scratchRoot }: FixtureRunner): string[] {
  return pathsBelow(join(scratchRoot, 'workers')).filter((path) => path.endsWith('/log'));
}

const model = `
import os, tempfile
tempfile.gettempdir()
imported_in, calls = os.getpid(), 0
def wire(entrypoint, params, seed):
    global calls
    calls += 1
    note = os.path.join(os.getcwd(), "note")
    found = os.path.exists(note)
    open(note, "w").close()
    print("called")
    return {"calls": str(calls), "pid": str(os.getpid()), "imported_in": str(imported_in), "found": str(found),
            "cwd": os.getcwd(), "home": os.environ["HOME"], "tmp": tempfile.gettempdir(), "parent": str(os.getppid()),
            "session": str(os.getsid(0)), "seed": str(seed)}
`;

test('each task runs in a process of its own, forked from one that has imported the model', onLinux, () =>
  withModel(model, async (run) => {
    const reports = [
      await run(),
      await run({ task: { seed: 2n ** 64n - 1n } }),
      ...(await Promise.all([run(), run(), run()])),
    ];
    for (const { outcome, reason, attestation, outputs, logText, folder, standby } of reports) {
      assert.equal(outcome, 'succeeded', reason);
      assert.deepEqual(
        [attestation?.executor, attestation?.start_method, attestation?.ordinal],
        ['forkserver', 'forkserver', 1],
      );
      assert.equal(outputs.pid, String(attestation?.seen.pid));
      assert.notEqual(outputs.pid, outputs.imported_in);
      assert.deepEqual([outputs.calls, outputs.found], ['1', 'False']);
      assert.deepEqual(
        [outputs.cwd, outputs.home, outputs.tmp],
        ['bundle', 'home', 'tmp'].map((name) => join(folder, name)),
      );
      assert.equal(outputs.session, outputs.pid, 'it leads a session of its own');
      assert.match(logText, /^PID \d+: Starting task abcdef01-seed\d+\ncalled\n$/);
      assert.equal(standby, false);
    }
    assert.equal(reports[1]?.outputs.seed, String(2n ** 64n - 1n));
    assert.equal(new Set(reports.map(({ outputs }) => outputs.pid)).size, reports.length);
    assert.equal(new Set(reports.map(({ attestation }) => attestation?.nonce)).size, reports.length);
    assert.equal(new Set(reports.map(({ outputs }) => outputs.imported_in)).size, 1, 'imported once');
    for (const { outputs } of reports) assert.equal(outputs.parent, outputs.imported_in);
  }),
);

test('C++ statics are those of a first call in each', onLinux, async (t) => {
  const built = await buildStatics(python);
  if ('skip' in built) return t.skip(built.skip);
  const runner = await createFixtureRunner();
  try {
    const bundle = await localBundle(built.folder);
    for (let i = 0; i < 5; i++) {
      const { outputs } = await runner.run('', { bundle, executor: 'forkserver' });
      const { file_static, function_static, meyers_singleton } = JSON.parse(outputs.counters ?? '{}');
      assert.deepEqual([file_static, function_static, meyers_singleton], [1, 1, 1]);
    }
  } finally {
    await runner.close();
  }
});

test('what a simulation does to end is told as in a process that was started anew', onLinux, async (t) => {
  const runner = await createFixtureRunner();
  t.after(() => runner.close());
  const cases = [
    ['raises', 'simulation-failed'],
    ['segfaults', 'crashed'],
    ['exits_three', 'crashed'],
    ['exits_zero', 'no-result'],
    ['kills_itself', 'crashed'],
    ['returns_all_types', 'succeeded'],
    ['forks_and_returns_twice', 'succeeded'],
    ['spawns_grandchild', 'succeeded'],
    ['forks_before_segfault', 'crashed'],
  ] as const;
  for (const [simulation, outcome] of cases) {
    const [cold, forked] = [
      await runner.run(simulation, { params: '{"report": "report"}' }),
      await runner.run(simulation, { params: '{"report": "report"}', executor: 'forkserver' }),
    ];
    assert.equal(forked.outcome, outcome, `${simulation}: ${forked.reason}`);
    assert.equal(cold.outcome, forked.outcome, simulation);
    assert.deepEqual(forked.exit, cold.exit, simulation);
    assert.equal(forked.leftovers.killed > 0, cold.leftovers.killed > 0, simulation);
    assert.deepEqual(forked.leftovers.unkillable, []);
  }
});

test('its limits hold: time, memory, and being cancelled', onLinux, async (t) => {
  const runner = await createFixtureRunner();
  t.after(() => runner.close());
  const forked = (simulation: string, run: FixtureRun) =>
    runner.run(simulation, { executor: 'forkserver', ...run });
  const stopping = new AbortController();
  const running = forked('sleeps_forever', { signal: stopping.signal });
  await eventually('it runs', () => logsOf(runner).length === 1);
  stopping.abort();
  assert.equal((await running).outcome, 'cancelled');
  // Its model is imported by now: the time of an import is limited too, by a part of this.
  assert.equal((await forked('sleeps_forever', { timeoutMs: 2000 })).outcome, 'timed-out');
  const memory = await forked('allocates_memory', {
    memoryLimitBytes: 200 * 1024 * 1024,
    params: '{"mebibytes": 400}',
    timeoutMs: 600_000,
  });
  assert.equal(memory.outcome, 'out-of-memory', memory.reason);
});

const refusals: [string, string, RegExp][] = [
  [
    'leaves threads',
    'import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True, name="poller").start()',
    /its import runs 1 more thread \(poller\)/,
  ],
  ['leaves a socket', 'import socket\nheld = socket.socket()', /its import holds sockets \(socket:/],
  ['leaves an open file', 'held = open(__file__)', /its import holds files or pipes open \(.*wire\.py/],
  [
    'leaves shared memory',
    'import mmap\nheld = mmap.mmap(-1, 4096)',
    /its import maps memory that its children would share/,
  ],
  [
    'leaves a process',
    'import subprocess\nheld = subprocess.Popen(["sleep", "600"])',
    /its import left processes running \(\d+\)/,
  ],
  ['fails', 'raise RuntimeError("not today")', /it cannot be imported before there is a task/],
  ['makes a temporary folder', 'import tempfile\ntempfile.mkdtemp()', /its import writes files \(tmp\/\w+\)/],
  [
    'writes to HOME',
    'import os\nopen(os.path.expanduser("~/notes"), "w").close()',
    /its import writes files \(home\/notes\)/,
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

test('no task can write where another task of its template reads', onLinux, () =>
  withModel(
    `
import os, subprocess, tempfile
places = [os.path.dirname(__file__), os.path.expanduser("~"), tempfile.gettempdir()]
def wire(entrypoint, params, seed):
    written = []
    for place in places:
        try:
            open(os.path.join(place, "note"), "w").close()
            written.append(place)
        except PermissionError:
            pass
        if subprocess.run(["/bin/sh", "-c", 'echo > "$0/note"', place], stderr=subprocess.DEVNULL).returncode == 0:
            written.append("sh " + place)
    return {"written": "\\n".join(written), "own": str(os.access(".", os.W_OK))}
`,
    async (run) => assert.deepEqual((await run()).outputs, { written: '', own: 'True' }),
  ),
);

test(
  'what an import sets in the environment stays, but for the folders, which are those of the task',
  onLinux,
  () =>
    withModel(
      `
import os, tempfile
os.environ["OMP_NUM_THREADS"], os.environ["MODEL"], os.environ["XDG_CACHE_HOME"] = "3", "seir", "/elsewhere"
del os.environ["XDG_DATA_HOME"]
tempfile.tempdir = "/"
def wire(entrypoint, params, seed):
    names = ["OMP_NUM_THREADS", "MODEL", "XDG_CACHE_HOME", "XDG_DATA_HOME", "HOME", "TMPDIR"]
    return {**{name: os.environ.get(name, "") for name in names}, "tempdir": tempfile.gettempdir()}
`,
      async (run) => {
        for (const executor of ['forkserver', 'cold'] as const) {
          const { outputs, folder } = await run({ executor });
          assert.deepEqual(outputs, {
            OMP_NUM_THREADS: '3',
            MODEL: 'seir',
            XDG_CACHE_HOME: '/elsewhere',
            XDG_DATA_HOME: '',
            HOME: join(folder, 'home'),
            TMPDIR: join(folder, 'tmp'),
            tempdir: '/',
          });
        }
      },
    ),
);

test('a model that replaces functions of json is none the worse', onLinux, () =>
  withModel(
    'import json\njson.dumps = lambda value: b"{}"\njson.loads = lambda text: None\ndef wire(*task): return {"a": [1]}\n',
    async (run) => {
      for (const executor of ['forkserver', 'cold'] as const) {
        assert.deepEqual((await run({ executor })).outputs, { a: '[1]' });
      }
    },
  ),
);

test('a template from which no more can be forked goes on with what it has forked', onLinux, async () => {
  const folder = await make();
  const [broken, go] = [join(folder, 'broken'), join(folder, 'go')];
  await withModel(
    `
import os, time
os.register_at_fork(after_in_child=lambda: os._exit(1) if os.path.exists("${broken}") else None)
def wire(entrypoint, params, seed):
    while params["wait"] and not os.path.exists("${go}"): time.sleep(0.01)
    return {"a": "1"}
`,
    async (run, runner) => {
      const running = run({ params: '{"wait": true}' });
      await eventually('it runs', () => logsOf(runner).length === 1);
      await writeFile(broken, '');
      await assert.rejects(run({ params: '{"wait": false}' }), /forking does not work after its import/);
      await writeFile(go, '');
      assert.equal((await running).outcome, 'succeeded');
      await eventually('what is of no use is ended', () => templatesOf(runner).length === 0);
    },
  );
});

test('a template that is killed while it imports is no reason not to fork', onLinux, async () => {
  const once = join(await make(), 'once');
  await withModel(
    `
import os, signal
if not os.path.exists("${once}"):
    open("${once}", "w").close()
    os.kill(os.getpid(), signal.SIGKILL)
def wire(*task): return {"a": "1"}
`,
    async (run) => assert.equal((await run()).attestation?.start_method, 'forkserver'),
  );
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

test(
  'a generator that the import has seeded begins as it was seeded in every task, one that it has not anew',
  onLinux,
  async () => {
    const draws = (seeding: string) =>
      `import random\n${seeding}\ndef wire(*task): return {"a": str(random.random())}\n`;
    const drawn = async (seeding: string, executor: 'cold' | 'forkserver') => {
      const values: string[] = [];
      await withModel(draws(seeding), async (run) => {
        for (let task = 0; task < 2; task++) values.push((await run({ executor })).outputs.a ?? '');
      });
      return values;
    };
    const [seeded, forked] = [
      await drawn('random.seed(42)', 'cold'),
      await drawn('random.seed(42)', 'forkserver'),
    ];
    assert.deepEqual(forked, seeded);
    assert.equal(new Set(seeded).size, 1);
    assert.equal(new Set(await drawn('', 'forkserver')).size, 2);
  },
);

test('what the import takes counts as memory of each task', onLinux, () =>
  withModel(
    `
held = bytearray(b"x") * (100 << 20)
def wire(entrypoint, params, seed):
    more = bytearray(b"x") * (params["mebibytes"] << 20)
    import time
    time.sleep(0.3)
    return {"a": "1"}
`,
    async (run) => {
      const memoryLimitBytes = 200 << 20;
      for (const executor of ['cold', 'forkserver'] as const) {
        const [fits, not] = await Promise.all(
          [40, 140].map((mebibytes) =>
            run({ executor, memoryLimitBytes, params: `{"mebibytes": ${mebibytes}}` }),
          ),
        );
        assert.deepEqual([fits?.outcome, not?.outcome], ['succeeded', 'out-of-memory'], executor);
      }
    },
  ),
);

test(
  'a forked process that exits by itself leaves without what the import has registered for that',
  onLinux,
  () =>
    withModel(
      `
import atexit, sys
atexit.register(lambda: print("registered"))
def wire(entrypoint, params, seed): sys.exit(params["code"])
`,
      async (run) => {
        for (const [code, exits] of [
          ['3', 3],
          ['"no way"', 1],
          ['null', 0],
          ['-1', 255],
        ] as const) {
          const { exit, logText, outcome } = await run({ params: `{"code": ${code}}` });
          assert.deepEqual([exit.code, outcome], [exits, exits === 0 ? 'no-result' : 'crashed']);
          assert.doesNotMatch(logText, /registered/);
          if (exits === 1) assert.match(logText, /no way/);
        }
      },
    ),
);

test('templates that a burst of kinds has left make room at its end', onLinux, async (t) => {
  const runner = await createFixtureRunner({ templates: { most: 1, unusedMs: 60_000 } });
  t.after(() => runner.close());
  await Promise.all(
    ['a', 'b', 'c'].map((kind) =>
      runner.run('succeeds', { executor: 'forkserver', task: { env: { KIND: kind } } }),
    ),
  );
  await eventually('one is left', () => templatesOf(runner).length === 1);
});

test('a template that is ended costs no task its outcome', onLinux, () =>
  withModel(model, async (run, runner) => {
    const first = await run();
    const [template = 0, ...others] = templatesOf(runner);
    assert.deepEqual([String(template), others], [first.outputs.imported_in, []]);
    process.kill(template, 'SIGKILL');
    await eventually('it is gone', () => !isRunning(template));
    const second = await run();
    assert.equal(second.outcome, 'succeeded', second.reason);
    assert.notEqual(second.outputs.imported_in, first.outputs.imported_in);
  }),
);

test('a task whose template is killed under it is to be tried again', onLinux, async (t) => {
  const runner = await createFixtureRunner();
  t.after(() => runner.close());
  const running = runner.run('sleeps_forever', { executor: 'forkserver' });
  const rejected = assert.rejects(running, /the process from which its own was forked has ended/);
  await eventually('its log is open', () => logsOf(runner).length === 1);
  process.kill(Math.min(...templatesOf(runner)), 'SIGKILL');
  await rejected;
});

test('a template that is used no more is ended', onLinux, async (t) => {
  const runner = await createFixtureRunner({ templates: { most: 1, unusedMs: 50 } });
  t.after(() => runner.close());
  await runner.run('succeeds', { executor: 'forkserver' });
  await eventually('none is left', () => templatesOf(runner).length === 0);
});

const stopsItsTemplate = `
import os, signal
def wire(entrypoint, params, seed):
    os.kill(os.getppid(), signal.SIGSTOP)
    if params["exit"]: os._exit(3)
    return {"imported_in": str(os.getppid())}
`;

test(
  'a template that does not tell how its processes end costs no result, and a run without one is to be tried again',
  onLinux,
  () =>
    withModel(stopsItsTemplate, async (run) => {
      const done = await run({ params: '{"exit": false}' });
      assert.equal(done.outcome, 'succeeded', done.reason);
      await assert.rejects(
        run({ params: '{"exit": true}', timeoutMs: 600_000 }),
        /the process from which its own was forked has ended/,
      );
      const next = await run({ params: '{"exit": false}' });
      assert.equal(next.outcome, 'succeeded', next.reason);
      assert.notEqual(next.outputs.imported_in, done.outputs.imported_in);
    }),
);

test('an import that blocks the signal of ended processes hides no end', onLinux, () =>
  withModel(
    `
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
def wire(entrypoint, params, seed):
    if params["exit"]: os._exit(3)
    return {"blocked": str(signal.SIGCHLD in signal.pthread_sigmask(signal.SIG_BLOCK, []))}
`,
    async (run) => {
      assert.deepEqual((await run({ params: '{"exit": false}' })).outputs, { blocked: 'True' });
      const { outcome, exit } = await run({ params: '{"exit": true}' });
      assert.deepEqual([outcome, exit.code], ['crashed', 3]);
    },
  ),
);
