import { type ContainerClient, RestError } from '@azure/storage-blob';

/**
 * A blob's bytes as they arrive, a dropped connection resumed where it broke; undefined when there is no such blob or
 * container.
 */
export async function openBlob(
  container: ContainerClient,
  blobName: string,
  abortSignal?: AbortSignal,
): Promise<AsyncIterable<Buffer> | undefined> {
  try {
    const { readableStreamBody } = await container
      .getBlobClient(blobName)
      .download(undefined, undefined, { maxRetryRequests: 4, ...(abortSignal && { abortSignal }) });
    return readableStreamBody as AsyncIterable<Buffer> | undefined;
  } catch (error) {
    if (error instanceof RestError && error.statusCode === 404) return undefined;
    throw error;
  }
}
