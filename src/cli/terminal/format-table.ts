/** Rows as lines in aligned columns, each as wide as its longest cell; columns of numbers are aligned to the right. */
export function formatTable(header: string[], rows: string[][]): string {
  const columns = header.map((title, index) => {
    const cells = rows.map((row) => row[index] ?? '');
    return {
      width: Math.max(title.length, ...cells.map((cell) => cell.length)),
      numeric: cells.length > 0 && cells.every((cell) => cell === '' || /^[-+]?[\d.]/.test(cell)),
    };
  });
  const line = (cells: string[]) =>
    columns
      .map(({ width, numeric }, index) =>
        numeric ? (cells[index] ?? '').padStart(width) : (cells[index] ?? '').padEnd(width),
      )
      .join('  ')
      .trimEnd();
  return [line(header), line(columns.map(({ width }) => '─'.repeat(width))), ...rows.map(line)].join('\n');
}
