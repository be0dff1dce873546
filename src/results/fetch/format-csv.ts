import { csvField } from '../../formats/csv-field.js';

/** Rows as CSV per RFC 4180: CRLF, and quotes only where a field needs them. */
export function formatCsv(header: string[], rows: Iterable<string[]>): string {
  let text = `${header.map(csvField).join(',')}\r\n`;
  for (const row of rows) text += `${row.map(csvField).join(',')}\r\n`;
  return text;
}
