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
  const process = { living: true, retire: async () => undefined };
  const placed = { process, loaded, dispose: async () => undefined } as unknown as PlacedRunner;
  return { placed, load: () => load(true) };
}

function stand() {
  const standby = createStandbyRunners({ most: 1, unusedMs: 3_600_000 });
  const { placed, load } = someProcess();
  standby.provide('kind', async () => placed);
  return { standby, placed, load };
}

async function withMockedTime(use: (pass: (ms: number) => Promise<unknown>) => Promise<void>) {
  mock.timers.enable();
  try {
    await use(async (ms) => {
      await turn();
      mock.timers.tick(ms);
      await turn();
    });
  } finally {
    mock.timers.reset();
  }
}

test('a process that loads is waited for as long as an import takes, and a little longer', () =>
  withMockedTime(async (pass) => {
    const { standby, placed, load } = stand();
    standby.ran(0, 60_000);
    const taken = standby.take('kind', never);
    await pass(64_000);
    load();
    assert.equal(await taken, placed);

    const hangs = stand();
    hangs.standby.ran(0, 60_000);
    const none = hangs.standby.take('kind', never);
    await pass(65_001);
    assert.equal(await none, undefined);
  }));

test('a task that is cancelled waits for no process', async () => {
  const { standby } = stand();
  const cancelling = new AbortController();
  const taken = standby.take('kind', cancelling.signal);
  await turn();
  cancelling.abort();
  assert.equal(await taken, undefined);
  await standby.close();
});

test('where each task is of another kind, no more processes are started ahead than stand by at once', async () => {
  const standby = createStandbyRunners({ most: 2, unusedMs: 3_600_000 });
  let started = 0;
  const task = async (kind: string) => {
    await standby.take(kind, never);
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
