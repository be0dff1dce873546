import type { Answer } from './exchange.js';
import { retryAfterMs } from './retry-after-ms.js';
import { TemporaryRegistryError } from './temporary-registry-error.js';

/**
 * The error for an answer that says "not now".
 *
 * @param purpose what cannot be done: "read the manifest …"
 * @param said what the registry said about it
 */
export function temporaryAnswer(
  answer: Answer,
  purpose: string,
  said = '',
): TemporaryRegistryError | undefined {
  const { status } = answer;
  if (status !== 408 && status !== 429 && status < 500) return undefined;
  return new TemporaryRegistryError(
    `Cannot ${purpose}: ${answer.url.host} answered ${status}${said}. Try again later.`,
    {
      retryAfterMs: retryAfterMs(answer.headers.get('retry-after'), Date.now()),
    },
  );
}
