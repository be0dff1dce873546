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
  console.log(methodsTable(methods));
  const shown = new Set(methods.map(({ method }) => method));
  console.log(
    `\n${allMethods
      .filter(({ name }) => shown.has(name))
      .map(({ name, about }) => `${name}: ${about}`)
      .join('\n')}`,
  );

  const levels = levelsOf(rows);
  if (levels.length > 0) {
    console.log(
      `\nLevels\n${formatTable(
        ['figure', 'level', 'measured', ''],
        levels.map(({ figure, level, measured, met }) => [figure, level, measured, met ? 'met' : 'not met']),
      )}`,
    );
  }

  console.log(
    `\n${formatTable(
      ['queue', 'workload', 'n', 'messages/s', 'worker CPU ms', 'peak MiB', 'p50 ms', 'p95 ms', 'p99 ms'],
      of('queue', 'large jobs').flatMap(
        ({
          method,
          workload,
          n,
          tasks_per_s,
          cpu_s_per_task: cpu,
          peak_mib,
          overhead_ms,
          stages_ms = {},
        }) => [
          [
            method,
            workload,
            String(n),
            String(tasks_per_s ?? ''),
            cpu === undefined ? '' : (cpu * 1000).toFixed(1),
            String(peak_mib ?? ''),
            ...ms(overhead_ms),
          ],
          ...Object.entries(stages_ms).map(([stage, took]) => [
            `  ${stage}`,
            '',
            '',
            '',
            '',
            '',
            ...ms(took),
          ]),
        ],
      ),
    )}`,
  );

  console.log(
    `\n${formatTable(
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
    )}`,
  );

  console.log(
    `\n${formatTable(
      ['workers', 'workload', 'n', 'p50 ms', 'p95 ms', 'p99 ms'],
      of('workers').flatMap(({ method, workload, n, overhead_ms, stages_ms = {} }) => [
        [method, workload, String(n), ...ms(overhead_ms)],
        ...Object.entries(stages_ms).map(([stage, took]) => [`  ${stage}`, '', '', ...ms(took)]),
      ]),
    )}`,
  );

  console.log(
    `\n${formatTable(
      ['commands', 'command', 'n', 'p50 ms', 'p95 ms', 'p99 ms'],
      of('commands').map(({ workload, method, n, overhead_ms }) => [
        workload,
        method,
        String(n),
        ...ms(overhead_ms),
      ]),
    )}`,
  );

  const libraries = of('libraries');
  if (libraries.length > 0) {
    console.log(
      `\n${formatTable(
        ['library', 'method', 'n', 'CPU s/task'],
        libraries.map(({ workload, method, n, cpu_s_per_task: cpu }) => [
          workload,
          method,
          String(n),
          String(cpu ?? ''),
        ]),
      )}`,
    );
  }
}

function ms(of: Quantiles | undefined): string[] {
  return of ? [of.p50, of.p95, of.p99].map(String) : ['', '', ''];
}
