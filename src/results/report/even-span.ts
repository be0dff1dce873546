const second = 1000;
const spansMs = [
  ...[0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30].map((seconds) => seconds * second),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60 * second),
  ...[1, 2, 3, 6, 12].map((hours) => hours * 3600 * second),
];

/** A length of time that people count in, in milliseconds, of which at most so many make up the whole. */
export function evenSpan(wholeMs: number, most: number): number {
  const needed = wholeMs / (most - 1);
  const day = 24 * 3600 * second;
  return spansMs.find((span) => span >= needed) ?? Math.ceil(needed / day) * day;
}
