/** The crashes that count together against the app. */
export interface ErrorBucket {
  add(): void;
  isFull(): boolean;
}

// Three for each worker process; there is one.
const limit = 3;

/** Remembers crashes, and forgets them all when one comes later than `memoryMs` after the one before. */
export function createErrorBucket(memoryMs: number, now: () => number = Date.now): ErrorBucket {
  let times: number[] = [];
  return {
    add: () => {
      const last = times.at(-1);
      if (last !== undefined && now() - last > memoryMs) times = [];
      times.push(now());
    },
    isFull: () => times.length >= limit,
  };
}
