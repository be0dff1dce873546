import type { ColumnType } from './column-type.js';

/** How the columns of a table were read, for the person who submits it. */
export function columnsTold(types: Map<string, ColumnType | 'seed'>): string {
  const columns = [...types].map(([column, type]) => `${column} ${type === 'seed' ? 'of each set' : type}`);
  return `Columns: ${columns.join(', ')}.`;
}
