import { type ContainerClient, RestError } from '@azure/storage-blob';

/**
 * Writes a blob that must not exist yet.
 *
 * @returns false when it existed: the first one stays.
 */
export async function createOnce(
  container: ContainerClient,
  blobName: string,
  content: string | Uint8Array,
  contentType: string,
  metadata: Record<string, string> = {},
  abortSignal?: AbortSignal,
): Promise<boolean> {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  try {
    await container.getBlockBlobClient(blobName).upload(bytes, bytes.length, {
      conditions: { ifNoneMatch: '*' },
      blobHTTPHeaders: { blobContentType: contentType },
      metadata,
      ...(abortSignal && { abortSignal }),
    });
    return true;
  } catch (error) {
    if (error instanceof RestError && (error.code === 'BlobAlreadyExists' || error.statusCode === 412))
      return false;
    throw error;
  }
}
