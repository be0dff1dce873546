import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildStatics } from '../../fixtures/statics/build-statics.js';
import { createFixtureRunner, eventually, type FixtureRun, localBundle, python } from './run-fixture.js';
import { logsOf, model, onLinux, withModel } from './run-forked.js';

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
      assert.equal(outputs.pid, String((attestation?.inside ?? attestation?.seen)?.pid));
      assert.notEqual(outputs.pid, outputs.imported_in);
      assert.deepEqual([outputs.calls, outputs.found], ['1', 'False']);
      assert.deepEqual(
        [outputs.cwd, outputs.home, outputs.tmp],
        ['bundle', 'home', 'tmp'].map((name) => join(folder, name)),
      );
      assert.equal(outputs.session, outputs.pid, 'it leads a session of its own');
      assert.match(logText, /^PID \d+: Starting task abcdef01-seed\d+\nWire function: .*\ncalled\n$/);
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
  t.after(() => rm(built.folder, { recursive: true }));
  const runner = await createFixtureRunner();
  t.after(() => runner.close());
  const bundle = await localBundle(built.folder);
  for (let i = 0; i < 5; i++) {
    const { outputs } = await runner.run('', { bundle, executor: 'forkserver' });
    const { file_static, function_static, meyers_singleton } = JSON.parse(outputs.counters ?? '{}');
    assert.deepEqual([file_static, function_static, meyers_singleton], [1, 1, 1]);
  }
});

test('when a forked simulation forks and both return, the parent’s result counts', onLinux, async (t) => {
  const runner = await createFixtureRunner();
  t.after(() => runner.close());
  const { outputs } = await runner.run('forks_and_returns_twice', { executor: 'forkserver' });
  assert.deepEqual(outputs, { who: 'parent' });
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
