import type { ContainerClient } from '@azure/storage-blob';
import { listRefused } from './list-refused.js';

/** How many messages were refused since a time, of whatever job. */
export async function countRefused(
  jobs: ContainerClient,
  since: Date | undefined,
  signal: AbortSignal,
): Promise<{ invalid: number; poison: number }> {
  const counts = { invalid: 0, poison: 0 };
  for await (const { why } of listRefused(jobs, since, signal)) counts[why] += 1;
  return counts;
}
