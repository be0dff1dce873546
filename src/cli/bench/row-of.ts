import type { BenchRow } from './bench-row.js';
import type { Measured } from './measured.js';
import type { Method } from './method.js';
import { quantiles } from './quantiles.js';
import type { ThroughputSlice } from './throughput-slice.js';

/** All that was measured of one method. */
export interface Samples {
  latency: Measured[];
  throughput: (ThroughputSlice & { cpuSeconds: number | undefined })[];
}

const MiB = 1024 * 1024;

/** A method's row of the table. */
export function rowOf(
  workload: string,
  { name, isolates }: Method,
  { latency, throughput }: Samples,
): BenchRow {
  const all = [...latency, ...throughput.flatMap(({ measured }) => measured)];
  const full = all.length - latency.length;
  const sum = (of: (slice: Samples['throughput'][number]) => number) =>
    throughput.reduce((total, slice) => total + of(slice), 0);
  const cpuSeconds = sum((slice) => slice.cpuSeconds ?? Number.NaN);
  const cleanKnown = all.flatMap(({ clean }) => clean ?? []);
  return {
    table: 'methods',
    workload,
    method: name,
    n: latency.length,
    isolates,
    handover_ms: quantiles(latency.map(({ handoverMs }) => handoverMs)),
    overhead_ms: quantiles(latency.map(({ overheadMs }) => overheadMs)),
    tasks_per_s: rounded((sum(({ tasks }) => tasks) / sum(({ ms }) => ms)) * 1000),
    ...(Number.isFinite(cpuSeconds) && { cpu_s_per_task: rounded(cpuSeconds / full) }),
    peak_mib: rounded(Math.max(...all.map(({ peakBytes }) => peakBytes)) / MiB),
    unique_processes: new Set(all.map(({ process }) => process)).size / all.length,
    ...(cleanKnown.length > 0 && { clean_statics: cleanKnown.filter(Boolean).length / cleanKnown.length }),
  };
}

/** Four digits are more than any of these figures is good for. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
