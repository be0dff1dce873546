import { randomBytes } from 'node:crypto';
import { access, rename, rm } from 'node:fs/promises';
import { type BlobServiceClient, RestError } from '@azure/storage-blob';
import { parseBlobReference } from '../../azure-backend/blob-reference.js';

/**
 * Brings a task's log. Logs are kept for a shorter time than results, so that one which is gone is no failure.
 *
 * @param complete the folder is complete already: a log that is there belongs to it
 */
export async function fetchLog(
  blobs: BlobServiceClient,
  reference: string,
  target: string,
  complete: boolean,
  abortSignal: AbortSignal,
): Promise<void> {
  if (complete && (await exists(target))) return;
  const { container, blobName } = parseBlobReference(reference);
  const temporary = `${target}.${randomBytes(4).toString('hex')}.part`;
  try {
    await blobs
      .getContainerClient(container)
      .getBlobClient(blobName)
      .downloadToFile(temporary, undefined, undefined, { abortSignal });
    await rename(temporary, target);
  } catch (error) {
    if (!(error instanceof RestError) || error.statusCode !== 404) throw error;
    await rm(target, { force: true });
  } finally {
    await rm(temporary, { force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
