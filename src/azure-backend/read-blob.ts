import { buffer } from 'node:stream/consumers';
import { type ContainerClient, RestError } from '@azure/storage-blob';

/** A small blob's bytes in one request; undefined when there is no such blob or container. */
export async function readBlob(container: ContainerClient, blobName: string): Promise<Buffer | undefined> {
  try {
    const { readableStreamBody } = await container.getBlobClient(blobName).download();
    return readableStreamBody ? await buffer(readableStreamBody) : Buffer.alloc(0);
  } catch (error) {
    if (error instanceof RestError && error.statusCode === 404) return undefined;
    throw error;
  }
}
