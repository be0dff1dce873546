import { compareCodePoints } from '../../contracts/json/compare-code-points.js';
import { formatCsv } from '../fetch/format-csv.js';
import type { LossRow } from './loss-row.js';

const before = ['param_id', 'entrypoint'] as const;
const after = [
  'target',
  'loss',
  'n_replicates',
  'replicates',
  'outcome',
  'reason',
  'run',
  'aggregation_id',
] as const;

/** Losses as CSV: a column `params.<name>` for each parameter, as in the index of a job's results. */
export function lossesCsv(rows: LossRow[]): string {
  const parameters = [...new Set(rows.flatMap((row) => Object.keys(row.params)))].sort(compareCodePoints);
  const header = [...before, ...parameters.map((name) => `params.${name}`), ...after];
  const cells = (row: LossRow) => [
    ...before.map((column) => text(row[column])),
    ...parameters.map((name) => text(row.params[name])),
    ...after.map((column) => text(row[column])),
  ];
  return formatCsv(header, rows.map(cells));
}

function text(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}
