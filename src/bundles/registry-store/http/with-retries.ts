import { setTimeout as delay } from 'node:timers/promises';
import pRetry from 'p-retry';
import { TemporaryRegistryError } from './temporary-registry-error.js';

/** Does something up to five times, as long as it fails with what may pass. Anything else is thrown at once. */
export function withRetries<T>(
  work: () => Promise<T>,
  { firstRetryDelayMs = 250, signal }: { firstRetryDelayMs?: number; signal?: AbortSignal },
): Promise<T> {
  return pRetry(work, {
    retries: 4,
    minTimeout: firstRetryDelayMs,
    factor: 2,
    randomize: true,
    ...(signal && { signal }),
    shouldRetry: ({ error }) => error instanceof TemporaryRegistryError,
    // p-retry's own pause follows, and keeps those apart that were sent away together.
    onFailedAttempt: async ({ error, retriesLeft }) => {
      if (retriesLeft === 0 || !(error instanceof TemporaryRegistryError)) return;
      if (error.retryAfterMs !== undefined) await delay(error.retryAfterMs, undefined, signal && { signal });
    },
  });
}
