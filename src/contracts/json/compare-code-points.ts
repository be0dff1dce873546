/** Orders strings as Python does, by code point. JavaScript's own order puts U+FFFF after an emoji. */
export function compareCodePoints(a: string, b: string): number {
  // UTF-8 bytes sort as the code points do.
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}
