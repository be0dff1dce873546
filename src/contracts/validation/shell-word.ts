/** A text as one word of a POSIX shell, which passes it on unchanged. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
