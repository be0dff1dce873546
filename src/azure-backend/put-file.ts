import { readFileSync, statSync } from 'node:fs';
import type { ContainerClient } from '@azure/storage-blob';
import { type BlobFacts, putBlob } from './put-blob.js';

/** Bytes of the largest file that is sent in a single request; larger ones go in blocks that grow with their size. */
export const singleRequestBytes = 4 * 1024 * 1024;

/** Requests of one large file at the same time. */
const atOnce = 4;

/** Read at once, in microseconds: a stream takes as much processor time as the request itself. */
const smallBytes = 64 * 1024;

/** Writes a file's content to a blob, in place of one that is there. */
export async function putFile(
  container: ContainerClient,
  blobName: string,
  path: string,
  facts: BlobFacts,
  abortSignal?: AbortSignal,
): Promise<void> {
  if (statSync(path).size <= smallBytes)
    return putBlob(container, blobName, readFileSync(path), facts, { abortSignal });
  const { contentType, md5, metadata } = facts;
  await container.getBlockBlobClient(blobName).uploadFile(path, {
    maxSingleShotSize: singleRequestBytes,
    concurrency: atOnce,
    ...(abortSignal && { abortSignal }),
    blobHTTPHeaders: {
      blobContentType: contentType,
      ...(md5 !== undefined && { blobContentMD5: Buffer.from(md5, 'hex') }),
    },
    ...(metadata && { metadata }),
  });
}
