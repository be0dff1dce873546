import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFixtureRunner, type FixtureRun, type FixtureRunner, requestFor } from './run-fixture.js';

const simulation = 'orders_by_hash';
const ways = [
  { way: 'spawn', executor: 'cold', most: 0 },
  { way: 'standby', executor: 'cold', most: 1 },
  ...(process.platform === 'linux' ? [{ way: 'forkserver', executor: 'forkserver', most: 1 } as const] : []),
  { way: 'isolated_warm', executor: 'isolated_warm', most: 0 },
  { way: 'direct', executor: 'direct', most: 0 },
] as const;

async function withRunner(most: number, use: (runner: FixtureRunner) => Promise<void>) {
  const runner = await createFixtureRunner({ standby: { most, unusedMs: 60_000 } });
  try {
    await use(runner);
  } finally {
    await runner.close();
  }
}

async function answer(runner: FixtureRunner, run: FixtureRun) {
  const report = await runner.run(simulation, run);
  assert.equal(report.outcome, 'succeeded', report.reason + report.logText);
  return { outputs: report.outputs, report };
}

test('however its process comes to be, a task finds the same orders and hashes', async () => {
  const answers: { way: string; outputs: Record<string, string> }[] = [];
  for (const { way, executor, most } of ways) {
    await withRunner(most, async (runner) => {
      let ahead = 0;
      for (let task = 0; task < 3; task++) {
        const { outputs, report } = await answer(runner, { executor });
        answers.push({ way, outputs });
        assert.equal(report.attestation?.hash_seed, 0);
        if (report.standby) ahead += 1;
      }
      assert.equal(ahead > 0, most > 0, way);
    });
  }
  const [first] = answers;
  assert.equal(first?.outputs.variable, '0');
  for (const { way, outputs } of answers) assert.deepEqual(outputs, first?.outputs, way);
});

for (const { way, executor, most } of ways) {
  test(`${way}: no task meets a process that hashes otherwise than its env or its bundle says`, () =>
    withRunner(most, async (runner) => {
      const { bundle } = await requestFor(simulation);
      const seeds = ['0', '1', '0', '4294967295', '1', '1', '0'];
      const found = new Map<string, string>();
      for (const seed of seeds) {
        const { outputs, report } = await answer(runner, {
          executor,
          task: { env: { PYTHONHASHSEED: seed } },
        });
        assert.equal(outputs.variable, seed);
        assert.equal(report.attestation?.hash_seed, Number(seed));
        const order = JSON.stringify({ ...outputs, variable: '' });
        assert.equal(found.get(seed) ?? order, order, seed);
        found.set(seed, order);
      }
      assert.equal(new Set(found.values()).size, 3);
      const other = { ...bundle, digest: `sha256:${'1'.repeat(64)}`, metadata: { hash_seed: 1 } };
      const { outputs } = await answer(runner, { executor, bundle: other });
      assert.equal(JSON.stringify({ ...outputs, variable: '' }), found.get('1'));
    }));
}

test('random: each process has its own, which the attestation says', () =>
  withRunner(0, async (runner) => {
    const { bundle } = await requestFor(simulation);
    const orders = new Set<string>();
    for (let task = 0; task < 3; task++) {
      const { outputs, report } = await answer(runner, {
        bundle: { ...bundle, metadata: { hash_seed: 'random' } },
      });
      assert.equal(report.attestation?.hash_seed, 'random');
      orders.add(outputs.set ?? '');
    }
    assert.equal(orders.size, 3);
  }));

test("a task's env comes before its bundle's, and that before hash_seed", () =>
  withRunner(0, async (runner) => {
    const { bundle } = await requestFor(simulation);
    const metadata = { hash_seed: 1, env: { PYTHONHASHSEED: '2' } };
    const ofBundle = await answer(runner, { bundle: { ...bundle, metadata } });
    assert.equal(ofBundle.report.attestation?.hash_seed, 2);
    const ofTask = await answer(runner, {
      bundle: { ...bundle, metadata },
      task: { env: { PYTHONHASHSEED: '3' } },
    });
    assert.equal(ofTask.report.attestation?.hash_seed, 3);
    assert.equal(ofTask.outputs.variable, '3');
  }));
