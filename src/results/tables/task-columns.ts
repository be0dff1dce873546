import type { CellKind, TypedColumn } from '../../formats/cell-kind.js';
import { cellOf } from '../../formats/kind-of-value.js';
import type { FrontColumns } from './front-columns.js';
import type { TaskRow } from './task-row.js';

type Own = [name: string, kind: CellKind, value: (row: TaskRow) => unknown];

const stages = ['wait', 'start', 'import', 'simulate', 'write', 'exit', 'upload'] as const;

const own: Own[] = [
  ['outcome', 'text', ({ outcome }) => outcome],
  ['reason', 'text', ({ reason }) => reason],
  ['error_type', 'text', ({ error_type }) => error_type],
  ['cached', 'boolean', ({ cached }) => cached],
  ['run', 'text', ({ run }) => run],
  ['attempt', 'text', ({ attempt }) => attempt],
  ['finished_at', 'ms', ({ finished_at }) => finished_at],
  ...stages.map((stage): Own => [`${stage}_seconds`, 'float64', ({ seconds }) => seconds?.[stage]]),
  ['overhead_seconds', 'float64', ({ process }) => process?.overhead_seconds],
  ['cpu_seconds', 'float64', ({ process }) => process?.cpu_seconds],
  ['peak_memory_bytes', 'int64', ({ process }) => wholeOf(process?.peak_memory_bytes)],
  ['executor', 'text', ({ process }) => process?.executor],
  ['start_method', 'text', ({ process }) => process?.start_method],
  ['pid', 'int64', ({ process }) => wholeOf(process?.pid)],
  ['start_time', 'text', ({ process }) => process?.start_time],
  ['boot_id', 'text', ({ process }) => process?.boot_id],
  ['pid_namespace', 'text', ({ process }) => process?.pid_namespace],
  ['nonce', 'text', ({ process }) => process?.nonce],
  ['ordinal', 'int32', ({ process }) => process?.ordinal],
  ['python', 'text', ({ process }) => process?.python],
  ['param_id', 'text', ({ param_id }) => param_id],
  ['bundle_ref', 'text', ({ bundle_ref }) => bundle_ref],
  ['entrypoint', 'text', ({ entrypoint }) => entrypoint],
];

/** Rows of the table of tasks: parameters and seed, how each ended, where its time went, and in which process. One called like a parameter is `task.<name>`. */
export function taskColumns(front: FrontColumns, rows: TaskRow[]): TypedColumn[] {
  const taken = new Set(front.columns.map(({ name }) => name));
  const fronts = rows.map((row) => front.cells(row));
  return [
    ...front.columns.map(({ name, kind }, place) => ({
      name,
      kind,
      cells: fronts.map((cells) => cells[place] ?? null),
    })),
    ...own.map(([name, kind, value]) => ({
      name: taken.has(name) ? `task.${name}` : name,
      kind,
      cells: rows.map((row) => cellOf(value(row), kind)),
    })),
  ];
}

function wholeOf(value: number | null | undefined): bigint | null {
  return value === null || value === undefined ? null : BigInt(Math.round(value));
}
