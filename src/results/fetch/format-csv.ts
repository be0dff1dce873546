/** Rows as CSV per RFC 4180: CRLF, and quotes only where a field needs them. */
export function formatCsv(header: string[], rows: Iterable<string[]>): string {
  let text = `${header.map(field).join(',')}\r\n`;
  for (const row of rows) text += `${row.map(field).join(',')}\r\n`;
  return text;
}

function field(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
