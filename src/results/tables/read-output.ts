import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseBlobReference } from '../../azure-backend/blob-reference.js';
import { collect } from '../../azure-backend/collect.js';
import { openDescribedBlob } from '../../azure-backend/open-described-blob.js';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { blake2b } from '../../contracts/identities/blake2b.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import type { TableArtifact } from '../../contracts/result/sim-return.js';
import { StoredResult } from '../../contracts/result/stored-result.js';
import type { Content } from '../../formats/content.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import { readOutcome } from '../../jobs/reading/read-outcomes.js';
import { artifactPath } from '../../provenance/result-paths.js';
import { fetchArtifact } from '../fetch/fetch-artifact.js';
import type { TaskRow } from './task-row.js';

/** Larger ones go through a file. */
const inMemoryBytes = 2 * 1024 * 1024;

export interface ReadOutput {
  content: Content;
  contentType: string;
  /** Removes the file, where there is one. */
  dispose(): Promise<void>;
}

/**
 * An output of a task that succeeded, verified. One request where it lies where the listing of the job says, as nearly always; record and result tell
 * otherwise.
 *
 * @param folder for outputs that are too large for memory
 * @param willRead told of how many bytes it has; what it throws ends the reading
 * @throws Error whose message says what is wrong, a clause
 */
export async function readOutput(
  storage: Pick<JobStorage, 'jobs' | 'blobs' | 'results'>,
  row: TaskRow,
  name: string,
  folder: string,
  signal: AbortSignal,
  willRead: (bytes: number) => void = () => undefined,
): Promise<ReadOutput> {
  if (row.process?.executor === 'cold' && row.attempt) {
    const path = artifactPath(row.result_key, row.attempt, name);
    const found = await openDescribedBlob(storage.results, path, signal);
    const checksum = found?.metadata('blake2b256');
    if (found && checksum !== undefined && found.size <= inMemoryBytes) {
      willRead(found.size);
      const content = await collect(found.body).catch(() => undefined);
      // A connection that broke is resumed in the other way.
      if (content !== undefined && blake2b(content, 256) === checksum)
        return { content, contentType: found.contentType, dispose: async () => undefined };
    } else if (found) (found.body as { destroy?(): void } & typeof found.body).destroy?.();
  }
  const outputs = await outputsOf(storage, row);
  const artifact = Object.hasOwn(outputs, name) ? outputs[name] : undefined;
  if (artifact === undefined) throw new Error('its result does not name it');
  willRead(artifact.size);
  const path = join(folder, `.${randomUUID()}.part`);
  const dispose = () => rm(path, { force: true });
  await mkdir(folder, { recursive: true });
  try {
    await fetchArtifact(storage.blobs, artifact, path, signal);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { content: path, contentType: artifact.content_type, dispose };
}

/** What a task's result says of its outputs. */
export async function outputsOf(
  { jobs, blobs }: Pick<JobStorage, 'jobs' | 'blobs'>,
  { record }: Pick<TaskRow, 'record'>,
): Promise<Record<string, TableArtifact>> {
  const { result } = record === null ? {} : await readOutcome(jobs, record);
  if (result === undefined) return {};
  const { container, blobName } = parseBlobReference(result);
  const text = await readTextBlob(blobs.getContainerClient(container), blobName);
  if (text === undefined) throw new Error('its result was removed from the storage account');
  return parseDocument(StoredResult, text, 'The result').outputs;
}
