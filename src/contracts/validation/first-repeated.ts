/** Where a list first has what it had before; -1 when nothing stands in it twice. */
export function firstRepeated(values: readonly unknown[]): number {
  const seen = new Set();
  return values.findIndex((value) => seen.size === seen.add(value).size);
}
