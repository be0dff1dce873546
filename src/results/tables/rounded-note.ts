/** What is told of a column in which integers have lost digits. */
export function roundedNote(output: string, column: string): string {
  return `The column "${column}" of the output "${output}" has integers beyond 2^53 beside floats: they are written as the nearest float.`;
}
