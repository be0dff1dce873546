import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ProgramReport } from '../../../src/simulation/ports.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { createFixtureRunner, type FixtureRun, requestFor } from './run-fixture.js';

const make = temporaryFolders();
const runner = await createFixtureRunner();
after(() => runner.close());

async function runScript<T>(
  python: string,
  run: FixtureRun,
  use: (report: ProgramReport) => T | Promise<T>,
): Promise<T> {
  const folder = await make({ 'program.py': `import json, os, sys, time\n${python}` });
  const report = await runner.executor.runProgram(
    await requestFor('succeeds', run),
    { script: join(folder, 'program.py'), input: (place) => ({ ...place, number: 3 }), pulse: 'pulse' },
    run.signal ?? new AbortController().signal,
  );
  try {
    return await use(report);
  } finally {
    await report.dispose();
  }
}

const asked = 'asked = json.load(open(sys.argv[1]))';

test('a program runs where a task would: in a working copy, with its folders and variables, and nothing else', async () => {
  process.env.SECRET_OF_THE_WORKER = 'told';
  const seen = await runScript(
    `${asked}
found = {"cwd": os.getcwd() == asked["bundle"], "has": os.path.exists("wire.py"), "secret": "SECRET_OF_THE_WORKER" in os.environ,
         "home": os.environ["HOME"] != os.path.expanduser("~root"), "mine": os.environ["MINE"], "number": asked["number"]}
json.dump(found, open(os.path.join(asked["outputs"], "found.json"), "w"))`,
    { task: { env: { MINE: 'yes' } } },
    async ({ outputs, exit, limit }) => {
      assert.deepEqual([exit, limit], [{ code: 0, signal: null }, undefined]);
      return JSON.parse(await readFile(join(outputs, 'found.json'), 'utf8'));
    },
  );
  delete process.env.SECRET_OF_THE_WORKER;
  assert.deepEqual(seen, { cwd: true, has: true, secret: false, home: true, mine: 'yes', number: 3 });
});

test('a program that crashes leaves what it had written, and says how it ended', async () => {
  await runScript(
    `${asked}
open(os.path.join(asked["outputs"], "pulse"), "w").write("1")
os.kill(os.getpid(), 11)`,
    {},
    async ({ outputs, exit }) => {
      assert.equal(exit.signal, 'SIGSEGV');
      assert.equal(await readFile(join(outputs, 'pulse'), 'utf8'), '1');
    },
  );
});

test('a program that gives no sign of life in the time of a task is ended; one that does is not', async () => {
  const beats = `${asked}
with open(os.path.join(asked["outputs"], "pulse"), "w") as pulse:
    for _ in range(6):
        pulse.write("."); pulse.flush(); time.sleep(0.2)`;
  await runScript(`${beats}\ntime.sleep(600)`, { timeoutMs: 1_000 }, ({ limit, outputs }) => {
    assert.equal(limit, 'timed-out');
    assert.ok(outputs);
  });
  await runScript(beats, { timeoutMs: 20_000 }, ({ limit, exit }) =>
    assert.deepEqual([limit, exit.code], [undefined, 0]),
  );
});

test('a program meets the memory limit of a task', async () => {
  const hog = 'kept = bytearray(300_000_000)\ntime.sleep(600)';
  await runScript(hog, { memoryLimitBytes: 100_000_000 }, ({ limit }) =>
    assert.equal(limit, 'out-of-memory'),
  );
});

test('a program that nobody wants any more is ended, and its folders go', async () => {
  const ending = new AbortController();
  setTimeout(() => ending.abort(new Error('no more')), 300);
  await assert.rejects(
    runScript('time.sleep(600)', { signal: ending.signal }, () => undefined),
    /no more/,
  );
});

test('a pulse that cannot be looked at is no sign of life', async () => {
  const loop = `${asked}\nos.symlink("pulse", os.path.join(asked["outputs"], "pulse"))\ntime.sleep(600)`;
  await runScript(loop, { timeoutMs: 1_000 }, ({ limit }) => assert.equal(limit, 'timed-out'));
});

test('closing waits for a program as it does for a task, whose report outlives it, and starts no other one', async () => {
  const own = await createFixtureRunner();
  const folder = await make({ 'program.py': 'import time\ntime.sleep(600)' });
  const program = { script: join(folder, 'program.py'), input: () => ({}), pulse: 'pulse' };
  const request = await requestFor('succeeds', {});
  const { signal } = new AbortController();
  let isDone = false;
  const runs = own.executor.runProgram(request, program, signal).finally(() => {
    isDone = true;
  });
  const done = runs.then(
    (report) => report.dispose(),
    () => undefined,
  );
  await own.executor.close();
  assert.ok(isDone);
  await done;
  await assert.rejects(
    own.executor.runProgram(request, program, signal),
    /Cannot run a task: the executor has been closed/,
  );
  await own.close();
});
