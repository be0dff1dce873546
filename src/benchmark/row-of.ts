import type { BenchRow } from './bench-row.js';
import type { Measured } from './measured.js';
import type { Method } from './method.js';
import { quantiles } from './quantiles.js';
import type { ThroughputSlice } from './throughput-slice.js';

/** All that was measured of one method. */
export interface Samples {
  latency: Measured[];
  /** What tasks made the machine work; NaN where nobody can say. */
  work: { measured: Measured[]; cpuSeconds: number }[];
  throughput: ThroughputSlice[];
}

const MiB = 1024 * 1024;

/** A method's row of the table. */
export function rowOf(
  workload: string,
  { name, isolates }: Method,
  { latency, work, throughput }: Samples,
): BenchRow {
  const all = [...latency, ...[...work, ...throughput].flatMap(({ measured }) => measured)];
  const cpuPerTask =
    sum(work.map(({ cpuSeconds }) => cpuSeconds)) / sum(work.map(({ measured }) => measured.length));
  const perMs = sum(throughput.map(({ tasks }) => tasks)) / sum(throughput.map(({ ms }) => ms));
  const cleanKnown = all.flatMap(({ clean }) => clean ?? []);
  return {
    table: 'methods',
    workload,
    method: name,
    n: latency.length,
    isolates,
    handover_ms: quantiles(latency.map(({ handoverMs }) => handoverMs)),
    overhead_ms: quantiles(latency.map(({ overheadMs }) => overheadMs)),
    tasks_per_s: rounded(perMs * 1000),
    ...(Number.isFinite(cpuPerTask) && { cpu_s_per_task: rounded(cpuPerTask) }),
    peak_mib: rounded(Math.max(...all.map(({ peakBytes }) => peakBytes)) / MiB),
    unique_processes: new Set(all.map(({ process }) => process)).size / all.length,
    ...(cleanKnown.length > 0 && { clean_statics: cleanKnown.filter(Boolean).length / cleanKnown.length }),
  };
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Four digits are more than any of these figures is good for. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
