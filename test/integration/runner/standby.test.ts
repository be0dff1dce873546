import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import {
  createFixtureRunner,
  eventually,
  type FixtureRun,
  type FixtureRunner,
  isRunning,
  localBundle,
} from './run-fixture.js';

/** A model that says when it was imported, and in which process. */
const model = `
import os, sys
where = os.environ.get("REPORT_TO")
imported_in = os.getpid()
folder = os.getcwd()
environment = dict(os.environ)
def wire(entrypoint, params, seed):
    if params.get("sleep"):
        import time
        time.sleep(params["sleep"])
    return {"pid": str(os.getpid()), "imported_in": str(imported_in), "folder": folder, "cwd": os.getcwd(),
            "own": environment.get("OWN", "")}
`;
const make = temporaryFolders();
let bundle = '';
before(async () => {
  bundle = await make({ 'wire.py': model });
});

async function withRunner(
  options: { most?: number; unusedMs?: number; containerBytes?: number },
  use: (runner: FixtureRunner, run: (run?: FixtureRun) => ReturnType<FixtureRunner['run']>) => Promise<void>,
) {
  const runner = await createFixtureRunner({ standby: { most: 1, unusedMs: 60_000, ...options } });
  try {
    await use(runner, async (run = {}) => runner.run('', { bundle: await localBundle(bundle), ...run }));
  } finally {
    await runner.close();
  }
}

/** Python processes that have been started below a scratch folder, runs and those that stand by. */
function placesOf({ scratchRoot }: FixtureRunner): string[] {
  return readdirSync(join(scratchRoot, 'workers')).flatMap((worker) =>
    readdirSync(join(scratchRoot, 'workers', worker, 'attempts')),
  );
}

test('the second task of a bundle meets a process that was started ahead, fresh and for it alone', () =>
  withRunner({}, async (_, run) => {
    const reports = [await run(), await run(), await run()];
    assert.deepEqual(
      reports.map(({ standby }) => standby),
      [false, true, true],
    );
    assert.deepEqual(
      reports.map(({ attestation }) => attestation?.ordinal),
      [1, 1, 1],
    );
    assert.deepEqual(
      reports.map(({ attestation }) => attestation?.executor),
      ['cold', 'cold', 'cold'],
    );
    assert.equal(new Set(reports.map(({ attestation }) => attestation?.nonce)).size, 3);
    assert.equal(new Set(reports.map(({ outputs }) => outputs.pid)).size, 3);
    for (const { outputs, timings } of reports) {
      assert.equal(outputs.imported_in, outputs.pid);
      assert.equal(outputs.folder, outputs.cwd, 'it is imported in the copy in which it runs');
      assert.ok(timings.start >= 0 && timings.prepare >= 0);
    }
  }));

test('a task of another bundle, or with an environment of its own, takes none of them', () =>
  withRunner({ most: 3 }, async (runner, run) => {
    await run();
    assert.equal((await runner.run('succeeds')).standby, false);
    const own = { task: { env: { OWN: '1' } } };
    const first = await run(own);
    assert.deepEqual([first.standby, first.outputs.own], [false, '1']);
    const second = await run(own);
    assert.deepEqual([second.standby, second.outputs.own], [true, '1']);
    const without = await run();
    assert.equal(without.outputs.own, '');
  }));

test('what is printed at the import stands in the log of the task', () =>
  withRunner({}, async (runner) => {
    const folder = await make({
      'wire.py': 'print("imported")\ndef wire(*task):\n    print("called")\n    return {"a": "1"}\n',
    });
    const run = async () => runner.run('', { bundle: await localBundle(folder) });
    for (const { standby, logText } of [await run(), await run()]) {
      assert.match(logText, /^PID \d+: Starting task abcdef01-seed7\nimported\ncalled\n$/, String(standby));
    }
  }));

test('what is printed at an import that prints a lot is kept as it is with the task, and the rest is counted', () =>
  withRunner({}, async (runner) => {
    const folder = await make({
      'wire.py':
        'for line in range(30_000):\n    print(f"line {line:5}" + "." * 90)\nprint("imported")\ndef wire(*task): return {"a": "1"}\n',
    });
    const run = async () => runner.run('', { bundle: await localBundle(folder) });
    const [first, ahead] = [await run(), await run()];
    assert.deepEqual([first.standby, ahead.standby], [false, true]);
    const withoutPid = (text: string) => text.replace(/^PID \d+/, '');
    assert.ok(first.log.omittedBytes > 0);
    assert.equal(ahead.log.omittedBytes, first.log.omittedBytes);
    assert.ok(withoutPid(ahead.logText) === withoutPid(first.logText), ahead.logText.slice(-300));
  }));

test('what an import sets in the environment, and where it goes, is there when the task runs', () =>
  withRunner({}, async (runner) => {
    const folder = await make({
      'wire.py':
        'import os\nos.environ["SET_BY_IMPORT"] = "1"\nos.chdir("/")\ndef wire(*task): return {"a": os.environ.get("SET_BY_IMPORT", "lost"), "cwd": os.getcwd()}\n',
    });
    const run = async () => runner.run('', { bundle: await localBundle(folder) });
    for (const { standby, outputs } of [await run(), await run()])
      assert.deepEqual(outputs, { a: '1', cwd: '/' }, `standby: ${standby}`);
  }));

test('none stands by when that is turned off', () =>
  withRunner({ most: 0 }, async (runner, run) => {
    assert.deepEqual([(await run()).standby, (await run()).standby], [false, false]);
    assert.deepEqual(placesOf(runner), []);
  }));

test('none is started where the container has no room for it, once it is known what a task takes', () =>
  withRunner({ containerBytes: 256 * 1024 * 1024 + 1 }, async (_, run) => {
    const reports = [await run(), await run(), await run()];
    assert.deepEqual(
      reports.map(({ standby }) => standby),
      [false, true, false],
    );
  }));

test('a process that died while it stood by costs no task its outcome', () =>
  withRunner({}, async (runner, run) => {
    await run();
    await eventually('one stands by', () => placesOf(runner).length === 1);
    const [place = ''] = placesOf(runner);
    const pid = await pidIn(runner, place);
    process.kill(pid, 'SIGKILL');
    await eventually('it is gone', () => !isRunning(pid));
    const report = await run();
    assert.deepEqual([report.outcome, report.standby], ['succeeded', false]);
  }));

test('a process that dies as its task is on its way to it costs the task nothing either', () =>
  withRunner({}, async (runner, run) => {
    await run();
    await eventually('one stands by', () => placesOf(runner).length === 1);
    const [place = ''] = placesOf(runner);
    process.kill(await pidIn(runner, place), 'SIGKILL');
    const report = await run(); // nobody has heard of its end yet
    assert.deepEqual([report.outcome, report.standby], ['succeeded', false]);
  }));

test('what an import takes for itself alone, no process that is started ahead takes before it', () =>
  withRunner({}, async (runner) => {
    const said = join(await make({ imports: '' }), 'imports');
    const folder = await make({
      'wire.py': `
import time
def say(what):
    with open(${JSON.stringify(said)}, "a") as file: file.write(what)
say("<")
time.sleep(0.5)
say(">")
def wire(*task): return {"a": "1"}
`,
    });
    const run = async () => runner.run('', { bundle: await localBundle(folder) });
    await run();
    assert.equal((await run()).standby, true);
    await eventually('two were started ahead', () => readFileSync(said, 'utf8').length === 6);
    assert.equal(readFileSync(said, 'utf8'), '<><><>');
  }));

test('an import that fails only sometimes is met by the task itself, not by the process before it', () =>
  withRunner({}, async (runner) => {
    const [fails, imports] = [join(await make(), 'fails'), join(await make({ imports: '' }), 'imports')];
    const folder = await make({
      'wire.py': `
import os
if os.path.exists(${JSON.stringify(fails)}):
    os.remove(${JSON.stringify(fails)})
    raise RuntimeError("this import fails, the next one does not")
with open(${JSON.stringify(imports)}, "a") as file: file.write("x")
def wire(*task): return {"a": "1"}
`,
    });
    const run = async () => runner.run('', { bundle: await localBundle(folder) });
    await run();
    await eventually('one has been imported ahead', () => readFileSync(imports).length === 2);
    await writeFile(fails, '');
    assert.equal((await run()).standby, true);
    await eventually('the import of the one after it has failed', () => !existsSync(fails));
    const third = await run();
    assert.deepEqual([third.outcome, third.standby], ['succeeded', false]);
  }));

test('a bundle whose import must happen late is imported with its task', () =>
  withRunner({}, async (runner) => {
    const place = await make();
    const folder = await make({
      '.modelops/manifest.json': '{"import_early": false}',
      'wire.py': `import os\nopen(os.path.join(${JSON.stringify(place)}, str(os.getpid())), "w").close()\ndef wire(*task): return {"pid": str(os.getpid())}\n`,
    });
    const run = async () => runner.run('', { bundle: await localBundle(folder) });
    const first = await run();
    await eventually('one stands by', () => placesOf(runner).length === 1);
    assert.deepEqual(readdirSync(place), [first.outputs.pid]);
    const second = await run();
    assert.equal(second.standby, true, 'its interpreter is there');
    assert.deepEqual(readdirSync(place).sort(), [first.outputs.pid, second.outputs.pid].sort());
  }));

test('a process that nobody needs is ended after a while, with its folders', () =>
  withRunner({ unusedMs: 300 }, async (runner, run) => {
    await run();
    await eventually('one stands by', () => placesOf(runner).length === 1);
    const pid = await pidIn(runner, placesOf(runner)[0] ?? '');
    await eventually('it is gone', () => placesOf(runner).length === 0 && !isRunning(pid));
  }));

test('a bundle that is asked for no more makes room for one that is', () =>
  withRunner({}, async (runner, run) => {
    await run();
    for (const expected of [false, false, true])
      assert.equal((await runner.run('succeeds')).standby, expected);
    await eventually('one stands by', () => placesOf(runner).length === 1);
  }));

test('a task that reaches its limits in a process that stood by ends as in any other', () =>
  withRunner({}, async (_, run) => {
    await run();
    const report = await run({ params: '{"sleep": 60}', timeoutMs: 300 });
    assert.deepEqual([report.standby, report.outcome], [true, 'timed-out']);
  }));

test('a process that takes more and more memory while it stands by is ended at its limit', () =>
  withRunner({}, async (runner) => {
    const folder = await make({
      'wire.py': `
import threading, time
held = []
def take():
    for _ in range(100):
        held.append(b"x" * (4 << 20))
        time.sleep(0.01)
threading.Thread(target=take, daemon=True).start()
def wire(*task): return {"a": "1"}
`,
    });
    const local = await localBundle(folder);
    const run = () => runner.run('', { bundle: local, memoryLimitBytes: 150 * 1024 * 1024 });
    await run();
    await eventually('one stands by', () => placesOf(runner).length === 1);
    const pid = await pidIn(runner, placesOf(runner)[0] ?? '');
    await eventually('it is ended', () => !isRunning(pid));
    const report = await run();
    assert.deepEqual([report.outcome, report.standby], ['succeeded', false]);
  }));

test('closing in the middle of everything leaves nothing', async () => {
  const runner = await createFixtureRunner({ standby: { most: 2, unusedMs: 60_000 } });
  const local = await localBundle(bundle);
  await runner.run('', { bundle: local });
  const runs = [1, 2].map(() =>
    runner.run('', { bundle: local, params: '{"sleep": 60}' }).catch(() => undefined),
  );
  await eventually('both run', () => placesOf(runner).length >= 3);
  await runner.close(); // fails when a process or a folder is left
  await Promise.all(runs);
});

async function pidIn(runner: FixtureRunner, place: string): Promise<number> {
  let found = 0;
  await eventually('its process runs', () => {
    const worker = readdirSync(join(runner.scratchRoot, 'workers'))[0] ?? '';
    const folder = join(runner.scratchRoot, 'workers', worker, 'attempts', place, 'bundle');
    found =
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
        .find((pid) => workingFolder(pid) === folder) ?? 0;
    return found !== 0;
  });
  return found;
}

function workingFolder(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return ''; // gone
  }
}
