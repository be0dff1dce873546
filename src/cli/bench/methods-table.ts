import type { BenchRow } from '../../benchmark/bench-row.js';
import type { Quantiles } from '../../benchmark/quantiles.js';
import { formatTable } from '../terminal/format-table.js';

const header = [
  'workload',
  'method',
  'n',
  'handover p50',
  'p95',
  'p99 ms',
  'overhead p50',
  'p95',
  'p99 ms',
  'tasks/s',
  'CPU s/task',
  'peak MiB',
  'own process',
  'clean',
];

/** The rows of the table `methods` for people. */
export function methodsTable(rows: BenchRow[]): string {
  return formatTable(
    header,
    rows.map((row) => [
      row.workload,
      row.isolates ? row.method : `${row.method} (no isolation)`,
      String(row.n),
      ...ms(row.handover_ms),
      ...ms(row.overhead_ms),
      row.tasks_per_s?.toFixed(row.tasks_per_s < 100 ? 2 : 0) ?? '',
      row.cpu_s_per_task?.toFixed(4) ?? '',
      row.peak_mib?.toFixed(1) ?? '',
      percent(row.unique_processes),
      percent(row.clean_statics),
    ]),
  );
}

function ms(of: Quantiles | undefined): string[] {
  return of ? [of.p50, of.p95, of.p99].map((value) => value.toFixed(1)) : ['', '', ''];
}

function percent(share: number | undefined): string {
  return share === undefined ? '' : `${Math.floor(share * 1000) / 10} %`;
}
