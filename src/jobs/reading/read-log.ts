import type { BlobServiceClient } from '@azure/storage-blob';
import { parseBlobReference } from '../../azure-backend/blob-reference.js';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';

/** The log of an attempt, a megabyte at most; undefined when it has been removed: logs are kept for a shorter time than results. */
export async function readLog(blobs: BlobServiceClient, reference: string): Promise<string | undefined> {
  const { container, blobName } = parseBlobReference(reference);
  return readTextBlob(blobs.getContainerClient(container), blobName);
}
