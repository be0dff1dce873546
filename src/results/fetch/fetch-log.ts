import { access, rm } from 'node:fs/promises';
import type { BlobServiceClient } from '@azure/storage-blob';
import { parseBlobReference } from '../../azure-backend/blob-reference.js';
import { openBlob } from '../../azure-backend/open-blob.js';
import { writeWhole } from '../../files/write-whole.js';

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
  signal: AbortSignal,
): Promise<void> {
  if (complete && (await exists(target))) return;
  const { container, blobName } = parseBlobReference(reference);
  const log = await openBlob(blobs.getContainerClient(container), blobName, signal);
  if (log) await writeWhole(target, log, { signal });
  else await rm(target, { force: true });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
