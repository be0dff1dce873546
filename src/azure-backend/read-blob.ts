import type { ContainerClient } from '@azure/storage-blob';
import { BlobTooLarge } from './blob-too-large.js';
import { collect } from './collect.js';
import { openBlob } from './open-blob.js';
import { sendToBlob } from './send-to-blob.js';

/**
 * A small blob's bytes in one request; undefined when there is no such blob or container.
 *
 * @param longest bytes that are taken into memory
 * @throws BlobTooLarge when it is larger, without reading it
 */
export async function readBlob(
  container: ContainerClient,
  blobName: string,
  longest = Number.POSITIVE_INFINITY,
): Promise<Buffer | undefined> {
  const { status, headers, readableStreamBody } = await sendToBlob(container, blobName, {
    method: 'GET',
    expected: [200, 404],
  });
  const bytes = Number(headers.get('content-length'));
  if (status === 200 && bytes > longest) {
    (readableStreamBody as NodeJS.ReadableStream & { destroy(): void }).destroy();
    throw new BlobTooLarge(bytes);
  }
  try {
    const content = await collect(readableStreamBody as AsyncIterable<Buffer>);
    return status === 200 ? content : undefined;
  } catch {
    // Its connection broke: the SDK resumes it where it breaks again.
    const body = await openBlob(container, blobName);
    return body && collect(body);
  }
}
