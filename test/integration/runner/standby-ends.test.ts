import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { createFixtureRunner, eventually, isRunning, localBundle } from './run-fixture.js';
import { bundle, placesOf, withRunner } from './run-standby.js';

const make = temporaryFolders();

test('a process that died while it stood by costs no task its outcome', () =>
  withRunner({}, async (runner, run) => {
    await run();
    await eventually('one stands by', () => placesOf(runner).length === 1);
    const [place = ''] = placesOf(runner);
    const pid = await pidIn(place);
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
    process.kill(await pidIn(place), 'SIGKILL');
    const report = await run(); // nobody has heard of its end yet
    assert.deepEqual([report.outcome, report.standby], ['succeeded', false]);
  }));

test('a process that nobody needs is ended after a while, with its folders', () =>
  withRunner({ unusedMs: 300 }, async (runner, run) => {
    await run();
    await eventually('one stands by', () => placesOf(runner).length === 1);
    const pid = await pidIn(placesOf(runner)[0] ?? '');
    await eventually('it is gone', () => placesOf(runner).length === 0 && !isRunning(pid));
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
    const pid = await pidIn(placesOf(runner)[0] ?? '');
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
  const closed = runner.executor.close();
  await Promise.all(runs); // a folder stays for as long as its report needs it
  await closed;
  await runner.close(); // fails when a process or a folder is left
});

async function pidIn(place: string): Promise<number> {
  let found = 0;
  await eventually('its process runs', () => {
    const folder = identityOf(join(place, 'bundle'));
    found =
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
        .find((pid) => folder !== '' && identityOf(`/proc/${pid}/cwd`) === folder) ?? 0;
    return found !== 0;
  });
  return found;
}

/** The same for one folder under whatever path: where all tasks have the same, a process's own is found under another name. */
function identityOf(folder: string): string {
  try {
    const { dev, ino } = statSync(folder);
    return `${dev} ${ino}`;
  } catch {
    return ''; // gone
  }
}
