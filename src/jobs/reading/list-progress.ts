import type { ContainerClient } from '@azure/storage-blob';
import { RunProgress } from '../../contracts/job/run-progress.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import type { JobRun } from '../../simulation/ports.js';
import { progressPrefix } from '../job-paths.js';
import { unlessMissing } from '../unless-missing.js';

/** What one instance has told of a run. */
export interface ToldProgress {
  /** Another one after each writing. */
  version: string;
  progress: RunProgress;
  /** By the clock of the storage. */
  writtenAt: Date;
}

/** What all instances have told of a run: one request for 5,000 instances. */
export async function listProgress(
  jobs: ContainerClient,
  run: JobRun,
  abortSignal: AbortSignal,
): Promise<ToldProgress[]> {
  const told: ToldProgress[] = [];
  const listed = jobs.listBlobsFlat({ prefix: progressPrefix(run), includeMetadata: true, abortSignal });
  for await (const { name, metadata, properties } of unlessMissing(listed)) {
    const text = Buffer.from(metadata?.progress ?? '', 'base64').toString('utf8');
    told.push({
      version: `${name} ${properties.etag}`,
      progress: parseDocument(RunProgress, text, `The summary ${name}`),
      writtenAt: properties.lastModified,
    });
  }
  return told;
}
