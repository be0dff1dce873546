const randomization = 0.2;

/** The pause before the next look at a queue, in milliseconds. */
export type Backoff = (foundMessages: boolean) => number;

/**
 * The host's polling pauses: the least after messages were found, then about twice as long each time (±20 %), up to
 * the most, where it stays.
 */
export function createBackoff(leastMs: number, mostMs: number, random: () => number = Math.random): Backoff {
  let current = 0;
  let exponent = 0;
  return (foundMessages) => {
    if (foundMessages) {
      current = leastMs;
      exponent = 1;
    } else if (current !== mostMs) {
      const factor = 1 - randomization + 2 * randomization * random();
      const next = leastMs + (exponent > 0 ? factor * 2 ** (exponent - 1) * leastMs : 0);
      current = Math.min(next, mostMs);
      exponent += 1;
    }
    return current;
  };
}
