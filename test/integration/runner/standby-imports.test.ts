import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { eventually, localBundle } from './run-fixture.js';
import { placesOf, withRunner } from './run-standby.js';

const make = temporaryFolders();

test('what is printed at the import stands in the log of the task', () =>
  withRunner({}, async (runner) => {
    const folder = await make({
      'wire.py': 'print("imported")\ndef wire(*task):\n    print("called")\n    return {"a": "1"}\n',
    });
    const run = async () => runner.run('', { bundle: await localBundle(folder) });
    for (const { standby, logText } of [await run(), await run()]) {
      assert.match(
        logText,
        /^PID \d+: Starting task abcdef01-seed7\nimported\nWire function: .*\ncalled\n$/,
        String(standby),
      );
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
