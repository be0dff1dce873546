import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { RunExecutor } from '../../../src/contracts/task/executor.js';
import { NoLongerWanted } from '../../../src/simulation/no-longer-wanted.js';
import { createFixtureRunner, type FixtureRunner, isRunning, requestFor } from './run-fixture.js';

/** Time enough for the handler to be set on a busy machine. */
const timeoutMs = 4_000;

let runner: FixtureRunner;
before(async () => {
  runner = await createFixtureRunner({ graceMs: 20_000 });
});
after(() => runner.close());

const executors: RunExecutor[] = ['cold', 'isolated_warm', 'direct'];
if (process.platform === 'linux') executors.push('forkserver');

/** How it ended, and what it left as partial. */
async function run(simulation: string, executor: RunExecutor) {
  const request = await requestFor(simulation, { executor, timeoutMs });
  const report = await runner.executor.run(request, new AbortController().signal);
  try {
    const partial = report.partial.map(async ({ name, path }) => [name, await readFile(path, 'utf8')]);
    return { ...report, partial: Object.fromEntries(await Promise.all(partial)) };
  } finally {
    await report.dispose();
  }
}

// First, since their limit leaves a template the time for its import.
for (const executor of executors) {
  test(`${executor}: what a simulation returns when it is cancelled is kept, and is no result`, async () => {
    const cancelling = new AbortController();
    const request = await requestFor('finishes_on_sigterm', { executor });
    const running = runner.executor.run(request, cancelling.signal);
    // Time enough for the handler to be set, as above.
    setTimeout(() => cancelling.abort(new NoLongerWanted('cancelled')), timeoutMs);
    const report = await running;
    const [partial] = report.partial;
    assert.deepEqual(
      [report.outcome, report.artifacts, partial && (await readFile(partial.path, 'utf8'))],
      ['cancelled', [], 'half'],
    );
    assert.ok(report.attestation && !isRunning(report.attestation.seen.pid));
    await report.dispose();
  });
}

for (const executor of executors) {
  test(`${executor}: what a simulation returns after its time limit is kept, and is no result`, async () => {
    const { outcome, reason, artifacts, partial, exit, attestation } = await run(
      'finishes_on_sigterm',
      executor,
    );
    assert.equal(outcome, 'timed-out');
    assert.match(reason, /^The simulation was ended after 4 s: its time limit is 4 s/);
    assert.deepEqual([artifacts, partial], [[], { 'so far': 'half' }]);
    assert.equal(exit.afterResult, false);
    // No process that was told to end gets another task.
    assert.ok(attestation && !isRunning(attestation.seen.pid));
    const next = await runner.run('finishes_on_sigterm', { executor, timeoutMs: 100 });
    assert.equal(next.outcome, 'timed-out');
    assert.notEqual(next.attestation?.seen.pid, attestation.seen.pid);
  });
}

test('a cancelled simulation that does not listen is killed after the grace, with what it started', async (t) => {
  const impatient = await createFixtureRunner({ graceMs: 300 });
  t.after(() => impatient.close());
  const cancelling = new AbortController();
  const file = join(impatient.scratchRoot, 'runs');
  const params = JSON.stringify({ report: file });
  const running = impatient.run('ignores_sigterm', { params, signal: cancelling.signal });
  const deadline = Date.now() + 60_000;
  while (!existsSync(file)) {
    assert.ok(Date.now() < deadline, 'the simulation runs');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  cancelling.abort(new NoLongerWanted('cancelled'));
  const { outcome, exit, attestation } = await running;
  assert.deepEqual([outcome, exit.signal], ['cancelled', 'SIGKILL']);
  assert.ok(attestation && !isRunning(attestation.seen.pid));
});

test('what a simulation raises because it was told to end is no failure of its own', async () => {
  const { outcome, error, partial } = await run('raises_on_sigterm', 'cold');
  assert.deepEqual([outcome, error, partial], ['timed-out', undefined, {}]);
});

test('a result that was complete before the limit stands, however slowly its process leaves', async () => {
  // The process stays for longer than the time that is left of its limit.
  const report = await runner.run('never_leaves', { timeoutMs });
  assert.deepEqual([report.outcome, report.exit.afterResult], ['succeeded', true]);
  assert.deepEqual(report.partial, []);
});
