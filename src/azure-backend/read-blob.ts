import { buffer } from 'node:stream/consumers';
import type { ContainerClient } from '@azure/storage-blob';
import { openBlob } from './open-blob.js';
import { sendToBlob } from './send-to-blob.js';

/** A small blob's bytes in one request; undefined when there is no such blob or container. */
export async function readBlob(container: ContainerClient, blobName: string): Promise<Buffer | undefined> {
  const { status, readableStreamBody } = await sendToBlob(container, blobName, {
    method: 'GET',
    expected: [200, 404],
  });
  try {
    const content = await buffer(readableStreamBody as AsyncIterable<Buffer>);
    return status === 200 ? content : undefined;
  } catch {
    // Its connection broke: the SDK resumes it where it breaks again.
    const body = await openBlob(container, blobName);
    return body && buffer(body);
  }
}
