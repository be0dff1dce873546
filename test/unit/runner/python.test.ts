import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../../src/package/package-root.js';

/** Runs a piece of Python that prints JSON, beside the runner's modules. */
function python(code: string): unknown {
  const setup = `import json, sys; sys.path.insert(0, ${JSON.stringify(join(packageRoot, 'src', 'runner', 'python'))})\n`;
  return JSON.parse(execFileSync('python3', ['-I', '-c', setup + code], { encoding: 'utf8' }));
}

test('the processor time that ps tells is read with its days, hours and fractions', () => {
  const read = (time: string) =>
    python(
      `from cold_functions.process_tree_portable import seconds_of; print(json.dumps(seconds_of(${JSON.stringify(time)})))`,
    );
  assert.equal(read('2-03:04:05'), 2 * 86_400 + 3 * 3600 + 4 * 60 + 5);
  assert.equal(read('03:04:05'), 3 * 3600 + 4 * 60 + 5);
  assert.equal(read('0:01.50'), 1.5);
  assert.equal(read(''), 0);
});

test('a tree is stopped as a whole before any of it is killed', {
  skip: process.platform === 'linux' ? false : 'needs /proc',
}, () => {
  const looks = python(`
import subprocess, time
from cold_functions import process_tree
from cold_functions.supervisor import tree_killer

tree_killer._BURST_SECONDS = 60
children = [subprocess.Popen(["sleep", "600"]) for _ in range(3)]
shown, looks = [], []

class Tree:
    living = staticmethod(process_tree.living)
    is_resource_tracker = staticmethod(process_tree.is_resource_tracker)

    def descendants_of(self, root):
        """Shows the third process only at the second look. Notes what became of those that were shown before."""
        deadline = time.monotonic() + 5
        while any(process_tree._state(pid) not in "TZ" for pid in shown) and time.monotonic() < deadline:
            time.sleep(0.001)
        looks.append("".join(process_tree._state(pid) for pid in shown))
        shown[:] = [child.pid for child in children[: len(looks) + 1]]
        return set(shown) - {root}

tree_killer.TreeKiller(children[0].pid, 0, Tree(), set).kill(False)
for child in children:
    child.kill()
    child.wait()
print(json.dumps(looks))
`);
  assert.deepEqual(looks, ['', 'TT', 'TTT']);
});

test('a look at memory that had to wait for a processor does not put off the next one', () => {
  const dueIn = python(`
import time
from cold_functions.supervisor.memory_watch import MemoryWatch

class Tree:
    MEMORY_POLL_SECONDS = 0.025

    def descendants_of(self, root):
        time.sleep(0.2)
        return set()

    def resident_bytes(self, pids):
        return 0

watch = MemoryWatch(1, 1, Tree())
watch.begin()
watch.look()
print(json.dumps(watch.due_at - time.monotonic()))
`) as number;
  assert.ok(dueIn < 1, `in ${dueIn} s`);
});

test('an import searches for cycles rarely, and what it sets for itself stays', () => {
  const [inside, after, own] = python(`
import gc
from cold_functions.runner.rare_collection import RareCollection
usual = gc.get_threshold()
with RareCollection():
    inside = gc.get_threshold()[0]
after = gc.get_threshold() == usual
with RareCollection():
    gc.set_threshold(12, 3, 4)
print(json.dumps([inside, after, gc.get_threshold()[0]]))
`) as [number, boolean, number];
  assert.ok(inside > 10_000);
  assert.deepEqual([after, own], [true, 12]);
});

test('a result that fills the pipe when a limit is met is complete before it', () => {
  const told = python(`
import os, tempfile
from cold_functions import process_tree_portable as tree
from cold_functions.process_identity import identity_of
from cold_functions.supervisor.start_process import Started
from cold_functions.supervisor.supervised_process import SupervisedProcess

told, me = [], os.getpid()
pipes = [os.pipe() for _ in range(4)]
for read, _ in pipes:
    os.set_blocking(read, False)
started = Started(me, identity_of(me), *(read for read, _ in pipes))
process = SupervisedProcess("p", started, 1 << 40, tree, set, told.append)
with tempfile.TemporaryDirectory() as folder:
    process.assign("{}", 60_000, 1_000, folder + "/log", "head")
    error = {"error_type": "E", "message": "m" * 50_000, "traceback": ""}
    times = {"import_ms": 1, "simulate_ms": 1, "write_ms": 1}
    for message in (
        {"type": "ready", "identity": started.identity, "nonce": "0" * 32, "python": "3.11.7"},
        {"type": "done", "ordinal": 1, "status": "simulation-failed", "error": error, "artifacts": [], **times},
    ):
        os.write(pipes[3][1], json.dumps(message).encode() + b"\\n")
    process.stop("cancelled", True)
print(json.dumps([event.get("message", event).get("type", event["event"]) for event in told]))
`);
  assert.deepEqual(told, ['ready', 'done', 'task_ended']);
});
