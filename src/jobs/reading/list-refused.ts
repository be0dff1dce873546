import type { ContainerClient } from '@azure/storage-blob';
import { refusedPath } from '../job-paths.js';
import { unlessMissing } from '../unless-missing.js';

/** A refused message, as its listing tells. */
export interface ListedRefusal {
  blobName: string;
  why: 'invalid' | 'poison';
  recordedAt: Date;
}

/** Messages that were refused since a time, of whatever job: a message that cannot be read does not say to which job it belongs. */
export async function* listRefused(
  jobs: ContainerClient,
  since: Date | undefined,
  abortSignal: AbortSignal,
): AsyncGenerator<ListedRefusal> {
  // The times of blobs are whole seconds.
  const earliest = since && Math.floor(since.getTime() / 1000) * 1000;
  const prefix = refusedPath('').replace(/\.json$/, '');
  for await (const { name, properties, metadata } of unlessMissing(
    jobs.listBlobsFlat({ prefix, includeMetadata: true, abortSignal }),
  )) {
    const recordedAt = properties.createdOn ?? properties.lastModified;
    if (earliest !== undefined && recordedAt.getTime() < earliest) continue;
    yield { blobName: name, why: metadata?.why === 'poison' ? 'poison' : 'invalid', recordedAt };
  }
}
