import type { ContainerClient } from '@azure/storage-blob';
import { unlessMissing } from '../unless-missing.js';

const folder = 'jobs/';

/** The ids of jobs that begin with a text, of those too that nobody submitted, in the order of their names: one request for 5,000. */
export async function* listJobNames(
  jobs: ContainerClient,
  start: string,
  abortSignal: AbortSignal,
): AsyncGenerator<string> {
  const prefix = folder + start;
  for await (const item of unlessMissing(jobs.listBlobsByHierarchy('/', { prefix, abortSignal })))
    if (item.kind === 'prefix') yield item.name.slice(folder.length, -1);
}
