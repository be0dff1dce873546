import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFixtureRunner, type FixtureReport } from './run-fixture.js';

const ways = [
  { way: 'spawn', executor: 'cold', most: 0 },
  { way: 'standby', executor: 'cold', most: 2 },
  ...(process.platform === 'linux' ? [{ way: 'forkserver', executor: 'forkserver', most: 2 } as const] : []),
] as const;

/** Runs the simulation again and again, two tasks at a time, each in a process of its own. */
async function runAgain(
  simulation: string,
  { executor, most }: (typeof ways)[number],
  times: number,
): Promise<FixtureReport[]> {
  const runner = await createFixtureRunner({ standby: { most, unusedMs: 60_000 } });
  try {
    const reports: FixtureReport[] = [];
    const series = Array.from({ length: 2 }, async () => {
      for (let task = 0; task < times / 2; task++) reports.push(await runner.run(simulation, { executor }));
    });
    await Promise.all(series);
    for (const { outcome, reason, logText } of reports) assert.equal(outcome, 'succeeded', reason + logText);
    const nonces = new Set(reports.map(({ attestation }) => attestation?.nonce));
    assert.equal(nonces.size, times, 'each in a process of its own');
    return reports;
  } finally {
    await runner.close();
  }
}

function answersIn(reports: FixtureReport[]): Set<string> {
  return new Set(reports.map(({ outputs }) => JSON.stringify(outputs)));
}

for (const simulation of ['iterates_over_a_set', 'seeds_with_hash', 'pickles_sets']) {
  test(`${simulation}: one answer, in twenty processes of each kind`, async () => {
    const answers = new Set<string>();
    for (const way of ways) {
      const reports = await runAgain(simulation, way, 20);
      assert.equal(
        reports.some(({ standby }) => standby),
        way.most > 0,
        way.way,
      );
      for (const answer of answersIn(reports)) answers.add(answer);
    }
    assert.equal(answers.size, 1, [...answers].map((answer) => answer.slice(0, 100)).join('\n'));
  });
}

for (const simulation of ['orders_by_id', 'draws_unseeded', 'sums_in_racing_threads']) {
  test(`${simulation}: nothing holds what it answers`, async () => {
    const reports = await runAgain(simulation, ways[0], 20);
    assert.ok(answersIn(reports).size > 1);
  });
}
