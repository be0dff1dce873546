/** A number of things as a person reads it: `1 file`, `2 files`. */
export function counted(number: number, thing: string, things = `${thing}s`): string {
  return `${number} ${number === 1 ? thing : things}`;
}
