/** A field of a CSV per RFC 4180: in quotes only where it needs them. */
export function csvField(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
