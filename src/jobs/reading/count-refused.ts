import type { ContainerClient } from '@azure/storage-blob';
import { refusedPath } from '../job-paths.js';
import { unlessMissing } from '../unless-missing.js';

/**
 * Messages that were refused since a time, of whatever job: a message that cannot be read does not say to which job it belongs.
 */
export async function countRefused(
  jobs: ContainerClient,
  since: Date | undefined,
  abortSignal: AbortSignal,
): Promise<{ invalid: number; poison: number }> {
  const counts = { invalid: 0, poison: 0 };
  // The times of blobs are whole seconds.
  const earliest = since && Math.floor(since.getTime() / 1000) * 1000;
  const prefix = refusedPath('').replace(/\.json$/, '');
  for await (const blob of unlessMissing(
    jobs.listBlobsFlat({ prefix, includeMetadata: true, abortSignal }),
  )) {
    const created = blob.properties.createdOn ?? blob.properties.lastModified;
    if (earliest !== undefined && created.getTime() < earliest) continue;
    if (blob.metadata?.why === 'poison') counts.poison += 1;
    else counts.invalid += 1;
  }
  return counts;
}
