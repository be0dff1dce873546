import { compareCodePoints } from '../../contracts/json/compare-code-points.js';
import { formatCsv } from './format-csv.js';
import type { IndexRow } from './index-row.js';

const fixed = [
  'task_id',
  'run',
  'outcome',
  'reason',
  'cached',
  'executor',
  'pid',
  'start_time',
  'ordinal',
  'run_seconds',
  'overhead_seconds',
  'bundle_ref',
  'entrypoint',
  'param_id',
  'seed',
] as const;

/**
 * The index as CSV: a column `params.<name>` for each parameter. Files are separated by `;`, and so are the places where the same
 * artifacts are stored, in the same order. Numbers keep their text.
 */
export function indexCsv(rows: IndexRow[]): string {
  const parameters = [...new Set(rows.flatMap((row) => Object.keys(row.params)))].sort(compareCodePoints);
  const header = [...fixed, ...parameters.map((name) => `params.${name}`), 'artifacts', 'abfs'];
  const cells = (row: IndexRow) => [
    ...fixed.map((column) => text(row[column])),
    ...parameters.map((name) => text(row.params[name])),
    Object.values(row.artifacts).join(';'),
    Object.keys(row.artifacts)
      .map((name) => row.abfs?.[name] ?? '')
      .join(';'),
  ];
  return formatCsv(header, rows.map(cells));
}

function text(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}
