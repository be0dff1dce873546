import type { BlobServiceClient } from '@azure/storage-blob';
import { parseBlobReference } from '../../azure-backend/blob-reference.js';
import { readBlob } from '../../azure-backend/read-blob.js';

/**
 * The bytes of an attempt's log as its task has written them, which need not be UTF-8; a megabyte at most. Undefined when it has been
 * removed: logs are kept for a shorter time than results.
 */
export async function readLog(blobs: BlobServiceClient, reference: string): Promise<Buffer | undefined> {
  const { container, blobName } = parseBlobReference(reference);
  return readBlob(blobs.getContainerClient(container), blobName);
}
