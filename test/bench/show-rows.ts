import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { allMethods } from '../../src/benchmark/methods/all-methods.js';
import type { Quantiles } from '../../src/benchmark/quantiles.js';
import { methodsTable } from '../../src/cli/bench/methods-table.js';
import { formatTable } from '../../src/cli/terminal/format-table.js';
import { levelsOf } from './levels.js';

/** All tables for people, on stdout. */
export function showRows(rows: BenchRow[]): void {
  const of = (...tables: string[]) => rows.filter(({ table }) => tables.includes(table));
  const methods = of('methods');
  if (methods.length > 0) console.log(methodsTable(methods));
  for (const { name, about } of allMethods)
    if (methods.some(({ method }) => method === name)) console.log(`${name}: ${about}`);

  showTable(
    ['level', 'is to be', 'measured', ''],
    levelsOf(rows).map(({ figure, level, measured, met }) => [
      figure,
      level,
      measured,
      met ? 'met' : 'not met',
    ]),
  );

  showTable(
    ['queue', 'workload', 'n', 'messages/s', 'worker CPU ms', 'peak MiB', 'p50 ms', 'p95 ms', 'p99 ms'],
    of('queue', 'large jobs').flatMap(
      ({ method, workload, n, tasks_per_s, cpu_s_per_task: cpu, peak_mib, overhead_ms, stages_ms = {} }) => [
        [
          method,
          workload,
          String(n),
          String(tasks_per_s ?? ''),
          cpu === undefined ? '' : (cpu * 1000).toFixed(1),
          String(peak_mib ?? ''),
          ...ms(overhead_ms),
        ],
        ...Object.entries(stages_ms).map(([stage, took]) => [`  ${stage}`, '', '', '', '', '', ...ms(took)]),
      ],
    ),
  );

  showTable(
    ['status', 'workload', 'requests', 'p50 ms', 'p95 ms', 'p99 ms'],
    of('status').map(({ method, workload, requests, overhead_ms }) => [
      method,
      workload,
      String(requests ?? ''),
      ...ms(overhead_ms),
    ]),
  );

  showTable(
    ['table', 'workload', 'method', 'n', 'p50 ms', 'p95 ms', 'p99 ms'],
    of('bundles', 'push', 'copies', 'late import', 'environments').map(
      ({ table, workload, method, n, handover_ms }) => [
        table,
        workload,
        method,
        String(n),
        ...ms(handover_ms),
      ],
    ),
  );

  showTable(
    ['report', 'workload', 'n', 'MiB', 'p50 ms', 'p95 ms', 'p99 ms'],
    of('report').map(({ method, workload, n, page_mib, overhead_ms }) => [
      method,
      workload,
      String(n),
      String(page_mib ?? ''),
      ...ms(overhead_ms),
    ]),
  );

  showTable(
    ['optimiser', 'workload', 'n', 'ms'],
    of('optimiser').map(({ method, workload, n, overhead_ms }) => [
      method,
      workload,
      String(n),
      String(overhead_ms?.p50 ?? ''),
    ]),
  );

  showTable(
    ['workers', 'workload', 'n', 'p50 ms', 'p95 ms', 'p99 ms'],
    of('workers').flatMap(({ method, workload, n, overhead_ms, stages_ms = {} }) => [
      [method, workload, String(n), ...ms(overhead_ms)],
      ...Object.entries(stages_ms).map(([stage, took]) => [`  ${stage}`, '', '', ...ms(took)]),
    ]),
  );

  showTable(
    ['commands', 'command', 'n', 'p50 ms', 'p95 ms', 'p99 ms'],
    of('commands').map(({ workload, method, n, overhead_ms }) => [
      workload,
      method,
      String(n),
      ...ms(overhead_ms),
    ]),
  );

  showTable(
    ['library', 'method', 'n', 'CPU s/task'],
    of('libraries').map(({ workload, method, n, cpu_s_per_task: cpu }) => [
      workload,
      method,
      String(n),
      String(cpu ?? ''),
    ]),
  );
}

function showTable(head: string[], rows: string[][]): void {
  if (rows.length > 0) console.log(`\n${formatTable(head, rows)}`);
}

function ms(of: Quantiles | undefined): string[] {
  return of ? [of.p50, of.p95, of.p99].map(String) : ['', '', ''];
}
