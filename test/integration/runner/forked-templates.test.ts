import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import {
  createFixtureRunner,
  eventually,
  type FixtureRunner,
  isRunning,
  parentOf,
  placesIn,
  processesOf,
} from './run-fixture.js';
import { logsOf, model, onLinux, withModel } from './run-forked.js';

const make = temporaryFolders();

/** The processes from which others are forked, and those that were: they have the same environment in /proc. */
function templatesOf({ scratchRoot }: FixtureRunner): number[] {
  return placesIn(scratchRoot).processes.flatMap(processesOf);
}

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
  // Of the template and what it has forked, that whose parent is none of these.
  const pids = templatesOf(runner);
  process.kill(pids.find((pid) => !pids.includes(parentOf(pid))) ?? 0, 'SIGKILL');
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
