import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BundleMetadata } from '../../../src/contracts/bundle/bundle-metadata.js';
import { CpuBaseline } from '../../../src/contracts/environment/cpu-baseline.js';
import { SimTask } from '../../../src/contracts/task/sim-task.js';
import { createTaskInvocation } from '../../../src/simulation/create-task-invocation.js';
import { possibleRuns } from '../../../src/simulation/possible-runs.js';
import { runLimits } from '../../../src/simulation/run-limits.js';
import type { SimulationContext } from '../../../src/simulation/simulation-context.js';
import { createStopwatch } from '../../../src/simulation/stopwatch.js';
import { someTask } from '../contracts/some-task.js';

const delivery = { messageId: 'm', body: Buffer.from(''), dequeueCount: 1, insertedAt: undefined };

/** The results that may answer a task in an app with so many threads for each, and other instruction sets. */
function answers(
  threads: number,
  defaultExecutor: SimulationContext['defaultExecutor'],
  cpuBaseline: CpuBaseline = 'native',
): string[] {
  const context = { threads, cpuBaseline, defaultExecutor, now: () => new Date(0) } as SimulationContext;
  const invocation = createTaskInvocation(context, SimTask.parse(someTask()), delivery, createStopwatch());
  return possibleRuns(invocation).map(({ resultKey }) => resultKey);
}

test('whatever runs it, a task is never answered by a result of another thread count', () => {
  for (const executor of ['cold', 'isolated_warm'] as const) {
    const all = [1, 2, 4].flatMap((threads) => answers(threads, executor));
    assert.equal(new Set(all).size, all.length);
  }
});

test('whatever runs it, a task is never answered by a result of libraries that were held to other instruction sets', () => {
  for (const executor of ['cold', 'isolated_warm'] as const) {
    const all = CpuBaseline.options.flatMap((baseline) => answers(1, executor, baseline));
    assert.equal(new Set(all).size, all.length);
  }
});

test('the threads of a bundle win over those of the app, more or fewer', () => {
  const app = { timeoutMs: 1, memoryLimitBytes: 1, threads: 2 };
  const of = (metadata: BundleMetadata) => runLimits(app, metadata, {}).threads;
  assert.deepEqual([of({}), of({ threads: 4 }), of({ threads: 1 })], [2, 4, 1]);
});
