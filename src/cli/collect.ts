/** For commander: the values of an option that may be repeated, in their order. */
export function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}
