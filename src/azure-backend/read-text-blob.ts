import { text } from 'node:stream/consumers';
import { type ContainerClient, RestError } from '@azure/storage-blob';

/** A small blob's text in one request; undefined when there is no such blob or container. */
export async function readTextBlob(
  container: ContainerClient,
  blobName: string,
): Promise<string | undefined> {
  try {
    const { readableStreamBody } = await container.getBlobClient(blobName).download();
    return readableStreamBody ? await text(readableStreamBody) : '';
  } catch (error) {
    if (error instanceof RestError && error.statusCode === 404) return undefined;
    throw error;
  }
}
