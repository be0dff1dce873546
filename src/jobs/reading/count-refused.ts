import type { ContainerClient } from '@azure/storage-blob';
import { listRefused } from './list-refused.js';

/** Of more no reader has to know how many. */
const mostCounted = 5_000;

/** How many messages were refused since a time, of whatever job: up to 5,000. */
export async function countRefused(
  jobs: ContainerClient,
  since: Date | undefined,
  signal: AbortSignal,
): Promise<{ invalid: number; poison: number }> {
  const counts = { invalid: 0, poison: 0 };
  for await (const { why } of listRefused(jobs, since, signal)) {
    counts[why] += 1;
    if (counts.invalid + counts.poison >= mostCounted) break;
  }
  return counts;
}
