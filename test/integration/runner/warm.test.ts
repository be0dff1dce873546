import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import {
  createFixtureRunner,
  eventually,
  type FixtureRunner,
  isRunning,
  localBundle,
  placesIn,
  requestFor,
} from './run-fixture.js';

const make = temporaryFolders();

async function withRunner(
  options: Parameters<typeof createFixtureRunner>[0],
  use: (runner: FixtureRunner) => Promise<void>,
) {
  const runner = await createFixtureRunner(options);
  try {
    await use(runner);
  } finally {
    await runner.close();
  }
}

const warm = { maxReuse: 1000, ttlMs: 3_600_000, maxProcesses: 4 };

test('cold: every task is the first of its own process and sees nothing of the others', () =>
  withRunner({}, async (runner) => {
    const reports = [];
    for (let task = 0; task < 3; task++) reports.push(await runner.run('counts_calls'));
    assert.deepEqual(
      reports.map(({ outputs }) => outputs.calls),
      ['1', '1', '1'],
    );
    assert.deepEqual(
      reports.map(({ attestation }) => attestation?.ordinal),
      [1, 1, 1],
    );
    assert.equal(new Set(reports.map(({ attestation }) => attestation?.nonce)).size, 3);
    assert.equal(new Set(reports.map(({ attestation }) => JSON.stringify(attestation?.seen))).size, 3);
  }));

test('isolated_warm: one process runs the tasks of a bundle, says so, and keeps its state', () =>
  withRunner({}, async (runner) => {
    const reports = [];
    for (let task = 0; task < 3; task++) {
      reports.push(
        await runner.run('counts_calls', { executor: 'isolated_warm', task: { seed: BigInt(task) } }),
      );
    }
    assert.deepEqual(
      reports.map(({ outputs }) => outputs.calls),
      ['1', '2', '3'],
    );
    assert.deepEqual(
      reports.map(({ attestation }) => attestation?.ordinal),
      [1, 2, 3],
    );
    assert.equal(new Set(reports.map(({ attestation }) => attestation?.nonce)).size, 1);
    assert.equal(new Set(reports.map(({ attestation }) => JSON.stringify(attestation?.seen))).size, 1);
    assert.deepEqual(
      reports.map(({ logText }) => logText.split('-seed')[1]),
      [0, 1, 2].map((seed) => `${seed}\nWire function: wire.py:wire of the bundle\n`),
    );
    assert.deepEqual(reports[2]?.exit, { code: null, signal: null, afterResult: false });
    const other = await runner.run('succeeds', { executor: 'isolated_warm' });
    assert.notEqual(other.attestation?.nonce, reports[0]?.attestation?.nonce);
  }));

test('isolated_warm: a process is retired after its number of tasks', () =>
  withRunner({ warm: { ...warm, maxReuse: 2 } }, async (runner) => {
    const reports = [];
    for (let task = 0; task < 3; task++) {
      reports.push(await runner.run('counts_calls', { executor: 'isolated_warm' }));
    }
    assert.deepEqual(
      reports.map(({ attestation }) => attestation?.ordinal),
      [1, 2, 1],
    );
    assert.ok(!isRunning(reports[0]?.attestation?.seen.pid ?? 0));
  }));

test('isolated_warm: a process is retired at its age, also when nobody asks for it', () =>
  withRunner({ warm: { ...warm, ttlMs: 300 } }, async (runner) => {
    const { attestation } = await runner.run('counts_calls', { executor: 'isolated_warm' });
    await eventually('the process is gone', () => !isRunning(attestation?.seen.pid ?? 0));
    const again = await runner.run('counts_calls', { executor: 'isolated_warm' });
    assert.equal(again.attestation?.ordinal, 1);
  }));

test('isolated_warm: the least recently used process makes room', () =>
  withRunner({ warm: { ...warm, maxProcesses: 1 } }, async (runner) => {
    const first = await runner.run('counts_calls', { executor: 'isolated_warm' });
    await runner.run('succeeds', { executor: 'isolated_warm' });
    assert.ok(!isRunning(first.attestation?.seen.pid ?? 0));
  }));

test('isolated_warm: there are never more processes than that, however many tasks come at once', () =>
  withRunner({ warm: { ...warm, maxProcesses: 1 } }, async (runner) => {
    const said = join(await make({ said: '' }), 'said');
    const model = `
import atexit
def say(what):
    with open(${JSON.stringify(said)}, "a") as file: file.write(what)
say("<")
atexit.register(say, ">")
def wire(*task): return {"a": "1"}
`;
    const bundles = await Promise.all(
      [1, 2, 3].map(async () => localBundle(await make({ 'wire.py': model }))),
    );
    const tasks = [...bundles, ...bundles, ...bundles].map((bundle) =>
      runner.run('', { bundle, executor: 'isolated_warm' }),
    );
    for (const { outcome } of await Promise.all(tasks)) assert.equal(outcome, 'succeeded');
    assert.match(await readFile(said, 'utf8'), /^(<>)*<$/);
  }));

test('isolated_warm: a process that crashed is replaced', () =>
  withRunner({}, async (runner) => {
    assert.equal((await runner.run('segfaults', { executor: 'isolated_warm' })).exit.signal, 'SIGSEGV');
    const next = await runner.run('segfaults', { executor: 'isolated_warm' });
    assert.equal(next.attestation?.ordinal, 1);
    assert.equal(next.timings.exit, 0);
  }));

test('isolated_warm: a task that reaches its time limit takes its process along', () =>
  withRunner({}, async (runner) => {
    const report = await runner.run('sleeps_forever', { executor: 'isolated_warm', timeoutMs: 300 });
    assert.equal(report.outcome, 'timed-out');
    assert.deepEqual(placesIn(runner.scratchRoot).processes, []);
  }));

test('direct: one process runs everything, each task in its own copy and environment', () =>
  withRunner({}, async (runner) => {
    const first = await runner.run('counts_calls', { executor: 'direct' });
    const second = await runner.run('echoes', { executor: 'direct', task: { env: { MODEL_DATA: 'here' } } });
    const third = await runner.run('echoes', { executor: 'direct' });
    assert.deepEqual(
      [first, second, third].map(({ attestation }) => attestation?.ordinal),
      [1, 2, 3],
    );
    assert.equal(first.attestation?.nonce, third.attestation?.nonce);
    assert.equal(second.outputs.cwd, join(second.folder, 'bundle'));
    assert.match(second.outputs.environment ?? '', /MODEL_DATA/);
    assert.doesNotMatch(third.outputs.environment ?? '', /MODEL_DATA/);
  }));

test('closing the executor ends what runs, and says that it was cancelled', () =>
  withRunner({}, async (runner) => {
    const place = await make();
    const executors = ['cold', 'isolated_warm'] as const;
    const runs = executors.map((executor) => {
      const params = JSON.stringify({ report: join(place, executor), stay: true });
      return runner.run('spawns_grandchild', { executor, params });
    });
    await eventually('both run', () => executors.every((executor) => existsSync(join(place, executor))));
    await rm(place, { recursive: true });
    await runner.executor.close();
    assert.deepEqual(
      (await Promise.all(runs)).map(({ outcome }) => outcome),
      ['cancelled', 'cancelled'],
    );
  }));

test('a report that outlives its executor keeps its files until it is disposed of, and then nothing is left', () =>
  withRunner({}, async ({ executor, scratchRoot }) => {
    const report = await executor.run(await requestFor('succeeds'), new AbortController().signal);
    await executor.close();
    assert.ok(report.artifacts.every(({ path }) => existsSync(path)));
    await report.dispose();
    assert.deepEqual(readdirSync(join(scratchRoot, 'w')), []);
  }));
