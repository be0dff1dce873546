/** To five digits: more than a picture shows, and half the size. */
export function rounded(value: number): number {
  return Number(value.toPrecision(5));
}
