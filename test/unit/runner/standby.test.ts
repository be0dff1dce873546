import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createStandbyRunners } from '../../../src/runner/once/standby-runners.js';
import type { PlacedRunner } from '../../../src/runner/place/place-runner.js';

const never = new AbortController().signal;

/** A process that stands by, and has loaded its bundle when it is told so. */
function someProcess() {
  let load: (loaded: boolean) => void = () => {};
  const loaded = new Promise<boolean>((resolve) => {
    load = resolve;
  });
  const process = { living: true, seen: { pid: 1 }, retire: async () => undefined };
  const placed = { process, loaded, dispose: async () => undefined } as unknown as PlacedRunner;
  return { placed, load: () => load(true) };
}

function stand(progressOf: (pid: number) => Promise<number | undefined> = async () => undefined) {
  const standby = createStandbyRunners({ most: 1, unusedMs: 3_600_000 }, progressOf);
  const { placed, load } = someProcess();
  standby.provide('kind', async () => placed);
  return { standby, placed, load };
}

async function withMockedTime(use: (pass: (seconds: number) => Promise<unknown>) => Promise<void>) {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    await use(async (seconds) => {
      for (let passed = 0; passed < seconds; passed++) {
        await turn();
        mock.timers.tick(1_000);
        await turn();
      }
    });
  } finally {
    mock.timers.reset();
  }
}

test('a process that loads is waited for while it gets on, however long its import takes', () =>
  withMockedTime(async (pass) => {
    let ticks = 0;
    const { standby, placed, load } = stand(async () => ++ticks);
    standby.ran(0, 500);
    const taken = standby.take('kind', never, 3_600_000);
    await pass(600);
    load();
    assert.equal(await taken, placed);
  }));

test('a process that loads and gets on no more is waited for as long as an import took before, and a little longer', () =>
  withMockedTime(async (pass) => {
    const { standby, placed, load } = stand(async () => 7);
    standby.ran(0, 60_000);
    const taken = standby.take('kind', never, 3_600_000);
    await pass(64);
    load();
    assert.equal(await taken, placed);

    for (const progressOf of [async () => 7, async () => undefined]) {
      const hangs = stand(progressOf);
      hangs.standby.ran(0, 60_000);
      const none = hangs.standby.take('kind', never, 3_600_000);
      await pass(66);
      assert.equal(await none, undefined);
    }
  }));

test('no process that loads is waited for longer than its task may run', () =>
  withMockedTime(async (pass) => {
    let ticks = 0;
    const { standby } = stand(async () => ++ticks);
    const taken = standby.take('kind', never, 30_000);
    await pass(31);
    assert.equal(await taken, undefined);
  }));

test('a task that is cancelled waits for no process', async () => {
  const { standby } = stand();
  const cancelling = new AbortController();
  const taken = standby.take('kind', cancelling.signal, 3_600_000);
  await turn();
  cancelling.abort();
  assert.equal(await taken, undefined);
  await standby.close();
});

test('no process is started ahead for tasks that are not to begin here', async () => {
  let moreTasks = false;
  const standby = createStandbyRunners({ most: 2, unusedMs: 3_600_000, moreTasks: () => moreTasks });
  let started = 0;
  const provide = () =>
    standby.provide('kind', async () => {
      started += 1;
      return someProcess().placed;
    });
  provide();
  assert.equal(started, 0);
  moreTasks = true;
  provide();
  assert.equal(started, 1);
  await standby.close();
});

test('where each task is of another kind, no more processes are started ahead than stand by at once', async () => {
  const standby = createStandbyRunners({ most: 2, unusedMs: 3_600_000 });
  let started = 0;
  const task = async (kind: string) => {
    await standby.take(kind, never, 3_600_000);
    standby.provide(kind, async () => {
      started += 1;
      return someProcess().placed;
    });
  };
  for (let kind = 0; kind < 20; kind++) await task(`kind ${kind}`);
  assert.equal(started, 2);
  await task('asked for again');
  assert.equal(started, 2);
  await task('asked for again');
  assert.equal(started, 3);
  await standby.close();
});
