/** For an option that takes several values, by commas or given several times. */
export function collectByCommas(value: string, before: string[]): string[] {
  return [...before, ...value.split(',').filter(Boolean)];
}
