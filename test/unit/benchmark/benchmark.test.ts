import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BenchRow } from '../../../src/benchmark/bench-row.js';
import { isolationFailures } from '../../../src/benchmark/isolation-failures.js';
import { measuredBy } from '../../../src/benchmark/measured.js';
import { quantiles } from '../../../src/benchmark/quantiles.js';
import { throughputSlice } from '../../../src/benchmark/throughput-slice.js';
import { levelsOf } from '../../bench/levels.js';
import { stagesOf } from '../../bench/stages-of.js';

const measured = { handoverMs: 1, overheadMs: 2, process: 'p', clean: true, peakBytes: 1 };
const row = (method: string, more: Partial<BenchRow> = {}): BenchRow => ({
  table: 'methods',
  workload: 'heavy import',
  method,
  n: 1,
  isolates: true,
  ...more,
});
const p50 = (value: number) => ({ p50: value, p95: value, p99: value });

test('quantiles are values that were measured', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  assert.deepEqual(quantiles(hundred), { p50: 50, p95: 95, p99: 99 });
  assert.deepEqual(quantiles([3]), p50(3));
});

test('handover and overhead leave out the time inside the wire function', () => {
  const report = {
    entered_ns: 5e6,
    left_ns: 25e6,
    process: 'p',
    peak_bytes: 1,
    calls_before: 0,
    counters: null,
  };
  const times = { handedOverNs: 2e6, answeredNs: 30e6 };
  assert.deepEqual(measuredBy(report, times), { ...measured, handoverMs: 3, overheadMs: 8 });
  assert.equal(measuredBy({ ...report, calls_before: 1 }, times).clean, false);
  assert.equal(measuredBy({ ...report, counters: { a: 1, b: 2 } }, times).clean, false);
});

test('at full load as many tasks run as are asked for, and no more at once', async () => {
  let running = 0;
  let most = 0;
  const slice = await throughputSlice(
    async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      return measured;
    },
    3,
    { throughputTasks: 10, throughputMs: 0 },
  );
  assert.equal(most, 3);
  assert.equal(slice.tasks, 10);
  assert.equal(slice.measured.length, 13);
});

test('a failure at full load is told when nothing runs any more', async () => {
  let running = 0;
  let runs = 0;
  const slice = throughputSlice(
    async () => {
      runs += 1;
      running += 1;
      await new Promise(setImmediate);
      running -= 1;
      if (runs === 2) throw new Error('it fails');
      return measured;
    },
    2,
    { throughputTasks: 10, throughputMs: 0 },
  );
  await assert.rejects(slice, /it fails/);
  assert.equal(running, 0);
});

test('who claims isolation must have a clean process of its own for each task', () => {
  assert.deepEqual(
    isolationFailures([row('spawn', { unique_processes: 1, clean_statics: 1 }), row('floor')]),
    [],
  );
  assert.deepEqual(
    isolationFailures([row('warm', { isolates: false, unique_processes: 0.1, clean_statics: 0 })]),
    [],
  );
  const [failure = '', ...more] = isolationFailures([
    row('shared', { unique_processes: 0.5, clean_statics: 1 }),
    row('spawn', { unique_processes: 1, clean_statics: 1 }),
  ]);
  assert.match(failure, /^The method shared does not isolate .*50\.0 %/);
  assert.deepEqual(more, []);
  assert.equal(isolationFailures([row('dirty', { unique_processes: 1, clean_statics: 0.99 })]).length, 1);
});

test('levels are ratios within one run, and only of what was measured', () => {
  const levels = levelsOf([
    row('seed', { handover_ms: p50(200) }),
    row('spawn', { tasks_per_s: 9, cpu_s_per_task: 0.2 }),
    row('standby', { handover_ms: p50(4), cpu_s_per_task: 0.22 }),
    row('floor', { tasks_per_s: 10 }),
  ]);
  assert.deepEqual(
    levels.map(({ figure, measured: shown, met }) => [figure, shown, met]),
    [
      ['standby: handover p50', '4.00 ms', true],
      ["standby: handover p50 / the seed's way", '0.020', true],
      ['spawn: throughput / bare floor', '0.900', true],
      ['standby: CPU a task / spawn', '1.10', false],
    ],
  );
});

test('the CPU of tasks of a library is compared with that of plain Python, library by library', () => {
  const library = (workload: string, method: string, seconds: number) => ({
    table: 'libraries',
    workload,
    method,
    n: 20,
    cpu_s_per_task: seconds,
  });
  const levels = levelsOf([
    library('numba', 'spawn', 1.1),
    library('numba', 'standby', 1.3),
    library('numba', 'xargs -P2', 1),
    library('brian2', 'standby', 1),
  ]);
  assert.deepEqual(
    levels.map(({ figure, measured: shown, met }) => [figure, shown, met]),
    [
      ['numba, spawn with a warm-up: CPU / xargs -P2', '1.10', true],
      ['numba, standby with a warm-up: CPU / xargs -P2', '1.30', false],
    ],
  );
});

test('what an invocation does beside simulation and storage is what remains of its total', () => {
  const metrics = {
    total_seconds: 0.1,
    execution_duration: 0.03,
    upload_seconds: 0.02,
    new_stage_seconds: 0.01,
  };
  const { stages, overheadMs } = stagesOf([metrics, { queue_wait_seconds: 1 }]);
  assert.deepEqual(Object.keys(stages), ['simulate', 'upload', 'new_stage', 'rest', 'total']);
  assert.deepEqual(stages.new_stage, p50(10));
  assert.equal(stages.rest?.p50, 40);
  assert.deepEqual(overheadMs.map(Math.round), [50]);
});
