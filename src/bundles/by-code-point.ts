/** Orders texts by code point, as Python's `sorted` does; JavaScript's own order is by UTF-16 unit. */
export function byCodePoint(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
