import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ForkRefused } from '../../src/simulation/fork-refused.js';
import { buildStatics } from '../fixtures/build-statics.js';
import { temporaryFolders } from '../fixtures/temporary-folders.js';
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
  if (!existsSync(join(scratchRoot, 'workers'))) return [];
  return readdirSync(join(scratchRoot, 'workers'), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('/log'));
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
  assert.equal((await forked('sleeps_forever', { timeoutMs: 300 })).outcome, 'timed-out');
  const memory = await forked('allocates_memory', {
    memoryLimitBytes: 200 * 1024 * 1024,
    params: '{"mebibytes": 400}',
  });
  assert.equal(memory.outcome, 'out-of-memory', memory.reason);
  const stopping = new AbortController();
  const running = forked('sleeps_forever', { signal: stopping.signal });
  await eventually('it runs', () => templatesOf(runner).length > 0);
  stopping.abort();
  assert.equal((await running).outcome, 'cancelled');
});

const unsafe: [string, string, RegExp][] = [
  [
    'threads',
    'import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True, name="poller").start()',
    /its import runs 1 more thread \(poller\)/,
  ],
  ['a socket', 'import socket\nheld = socket.socket()', /its import holds sockets \(socket:/],
  ['an open file', 'held = open(__file__)', /its import holds files or pipes open \(.*wire\.py/],
  [
    'shared memory',
    'import mmap\nheld = mmap.mmap(-1, 4096)',
    /its import maps memory that its children would share/,
  ],
  [
    'a process',
    'import subprocess\nheld = subprocess.Popen(["sleep", "600"])',
    /its import left processes running \(\d+\)/,
  ],
  ['an import that fails', 'raise RuntimeError("not today")', /it cannot be imported before there is a task/],
];
for (const [what, code, reason] of unsafe) {
  test(`a model is not forked when its import leaves ${what}`, onLinux, () =>
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
        what === 'an import that fails' ? 'simulation-failed' : 'succeeded',
      );
    }),
  );
}

test(
  'a task cannot write into the copy in which the model was imported',
  {
    skip: process.getuid?.() === 0 ? 'root may write everywhere' : onLinux.skip,
  },
  () =>
    withModel(
      `
def wire(entrypoint, params, seed):
    try:
        open(__file__, "a").close()
        return {"written": "1"}
    except PermissionError:
        return {"refused": "1"}
`,
      async (run) => assert.deepEqual(Object.keys((await run()).outputs), ['refused']),
    ),
);

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
