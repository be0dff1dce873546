/** A number of things as a person reads it: `1 file`, `2 files`. */
export function counted(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}
