import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import {
  createFixtureRunner,
  eventually,
  type FixtureRunner,
  isRunning,
  localBundle,
  numberHere,
  parentOf,
} from './run-fixture.js';

const onLinux = { skip: process.platform === 'linux' ? false : 'only Linux gives orphans to a sub-reaper' };

const make = temporaryFolders();
let runner: FixtureRunner;
let folder: string;
before(async () => {
  runner = await createFixtureRunner();
  folder = await mkdtemp(join(tmpdir(), 'runner-test-'));
  await chmod(folder, 0o1777); // simulations tell there what they have started
});
after(async () => {
  await runner.close();
  await rm(folder, { recursive: true });
});

/** Runs a simulation that writes the pid of what it leaves; returns both. */
async function leave(simulation: string, params: Record<string, unknown> = {}, timeoutMs = 30_000) {
  const report = join(folder, `${simulation}-${Object.keys(params).join()}`);
  const ran = await runner.run(simulation, { params: JSON.stringify({ report, ...params }), timeoutMs });
  return { ran, pid: Number(await readFile(report, 'utf8')) };
}

test(
  'a grandchild in its own session with an empty environment is ended after a success',
  onLinux,
  async () => {
    const { ran, pid } = await leave('spawns_grandchild');
    assert.equal(ran.outcome, 'succeeded', ran.reason);
    assert.deepEqual(ran.leftovers, { killed: 1, unkillable: [] });
    assert.ok(pid > 1 && !isRunning(pid));
  },
);

test('a grandchild is ended with a run that reached its time limit', onLinux, async () => {
  const { ran, pid } = await leave('spawns_grandchild', { stay: true }, 1500);
  assert.equal(ran.outcome, 'timed-out');
  assert.ok(pid > 1 && !isRunning(pid));
});

test('a daemon forked just before a segmentation fault is ended', onLinux, async () => {
  const { ran, pid } = await leave('forks_before_segfault');
  assert.equal(ran.outcome, 'crashed');
  assert.equal(ran.exit.signal, 'SIGSEGV');
  assert.ok(ran.leftovers.killed >= 1);
  assert.ok(pid > 1 && !isRunning(pid));
});

test('a chain of processes that keeps forking cannot outrun its end', onLinux, async () => {
  const ran = await runner.run('forks_without_end');
  assert.equal(ran.outcome, 'succeeded', ran.reason);
  assert.ok(ran.leftovers.killed >= 1);
  assert.deepEqual(ran.leftovers.unkillable, []);
});

/** Lets the process's first thread leave while others go on: it then looks like a zombie without memory. */
const leaveTheRest = `
import ctypes, signal, threading, time
held = []
def take():
    for _ in range(100):
        held.append(b"x" * (10 << 20))
        time.sleep(0.02)
    time.sleep(60)
def leave_the_rest(work):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=work, daemon=True).start()
    ctypes.CDLL(None).pthread_exit(None)
`;

test('a process whose first thread has left is ended with its task', onLinux, async () => {
  const bundle = await make({
    'rest.py': leaveTheRest,
    'child.py': 'import rest, time\nrest.leave_the_rest(lambda: time.sleep(600))\n',
    'wire.py': `
import subprocess, sys, time
def wire(*task):
    child = subprocess.Popen([sys.executable, "child.py"], start_new_session=True)
    while ") Z " not in open(f"/proc/{child.pid}/stat").read():
        time.sleep(0.01)
    return {"pid": str(child.pid)}
`,
  });
  const ran = await runner.run('', { bundle: await localBundle(bundle) });
  assert.equal(ran.outcome, 'succeeded', ran.reason);
  assert.deepEqual(ran.leftovers, { killed: 1, unkillable: [] });
  assert.ok(!existsSync(`/proc/${ran.outputs.pid}`));
});

for (const [work, outcome] of [
  ['lambda: time.sleep(600)', 'timed-out'],
  ['rest.take', 'out-of-memory'],
] as const) {
  test(`a simulation whose first thread has left is ${outcome} like any other`, onLinux, async () => {
    const bundle = await make({
      'rest.py': leaveTheRest,
      'wire.py': `import rest, time\ndef wire(*task): rest.leave_the_rest(${work})\n`,
    });
    const limits = {
      timeoutMs: outcome === 'timed-out' ? 1500 : 60_000,
      memoryLimitBytes: 200 * 1024 * 1024,
    };
    const ran = await runner.run('', { bundle: await localBundle(bundle), ...limits });
    assert.equal(ran.outcome, outcome, ran.reason);
  });
}

for (const [how, end, outcome] of [
  ['returns', 'return {"a": "1"}', 'succeeded'],
  ['crashes', 'os.abort()', 'crashed'],
  ['reaches its time limit', 'time.sleep(60)', 'timed-out'],
  ['is killed for its memory', 'held = [b"x" * (300 << 20)]; time.sleep(60)', 'out-of-memory'],
] as const) {
  test(
    `shared memory that a simulation leaves when it ${how} is removed by Python’s own tracker`,
    onLinux,
    async () => {
      const name = `cold-functions-${randomUUID()}`;
      const bundle = await make({
        'wire.py': `
import os, time
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import SharedMemory
def wire(*task):
    shared = SharedMemory("${name}", create=True, size=4096)
    assert os.path.exists("/dev/shm/${name}")
    while b"resource_tracker" not in open(f"/proc/{resource_tracker._resource_tracker._pid}/cmdline", "rb").read():
        time.sleep(0.01) # it is being started
    ${end}
`,
      });
      const limits = {
        timeoutMs: outcome === 'timed-out' ? 1000 : 60_000,
        memoryLimitBytes: 200 * 1024 * 1024,
      };
      const ran = await runner.run('', { bundle: await localBundle(bundle), ...limits });
      assert.equal(ran.outcome, outcome, ran.reason);
      assert.ok(!existsSync(`/dev/shm/${name}`));
      assert.deepEqual(ran.leftovers, { killed: 0, unkillable: [] });
    },
  );
}

test('when the simulation forks and both return, the parent’s result counts', async () => {
  const ran = await runner.run('forks_and_returns_twice');
  assert.deepEqual(ran.outputs, { who: 'parent' });
});

test(
  'a supervisor that is killed in mid-run fails the run as infrastructure, leaves nothing, and is replaced',
  onLinux,
  async () => {
    const report = join(folder, 'killed-supervisor');
    const running = runner.run('spawns_grandchild', { params: JSON.stringify({ report, stay: true }) });
    const failed = assert.rejects(running, /the supervisor of the Python processes ended/);
    let pid = 0;
    await eventually('the grandchild runs', async () => {
      pid = Number(await readFile(report, 'utf8').catch(() => ''));
      return pid > 0;
    });
    const supervisor = supervisorOf(pid);
    process.kill(supervisor, 'SIGKILL');
    await failed;
    assert.ok(!isRunning(pid), 'the grandchild is gone');
    assert.equal((await runner.run('succeeds')).outcome, 'succeeded');
  },
);

/** The grandchild is an orphan of the runner, which adopted it; the supervisor is the runner's parent. */
function supervisorOf(grandchild: number): number {
  return parentOf(parentOf(numberHere(grandchild) ?? 0));
}
