import type { ContainerClient } from '@azure/storage-blob';
import { refusedPath, refusedPrefix } from '../job-paths.js';
import { unlessMissing } from '../unless-missing.js';

/** A refused message, as its listing tells. */
export interface ListedRefusal {
  blobName: string;
  why: 'invalid' | 'poison';
  recordedAt: Date;
}

/**
 * Messages that were refused since a time, of whatever job, those of later days first: a message that cannot be read does not say to which job it
 * belongs. One request for the days, and one for 5,000 messages of each day since then.
 */
export async function* listRefused(
  jobs: ContainerClient,
  since: Date | undefined,
  abortSignal: AbortSignal,
): AsyncGenerator<ListedRefusal> {
  // The times of blobs are whole seconds.
  const earliest = since && Math.floor(since.getTime() / 1000) * 1000;
  const firstDay = since === undefined ? '' : refusedPath('', since).replace(/[^/]*$/, '');
  const days: string[] = [];
  const listed = jobs.listBlobsByHierarchy('/', { prefix: refusedPrefix, abortSignal });
  for await (const item of unlessMissing(listed))
    if (item.kind === 'prefix' && item.name >= firstDay) days.push(item.name);
  for (const prefix of days.toReversed()) {
    const ofDay = jobs.listBlobsFlat({ prefix, includeMetadata: true, abortSignal });
    for await (const { name, properties, metadata } of unlessMissing(ofDay)) {
      const recordedAt = properties.createdOn ?? properties.lastModified;
      if (earliest !== undefined && recordedAt.getTime() < earliest) continue;
      yield { blobName: name, why: metadata?.why === 'poison' ? 'poison' : 'invalid', recordedAt };
    }
  }
}
