import { type ContainerClient, RestError } from '@azure/storage-blob';

/**
 * Writes a blob that must not exist yet.
 *
 * @returns false when it existed: the first one stays.
 */
export async function createOnce(
  container: ContainerClient,
  blobName: string,
  content: string,
  contentType: string,
  metadata: Record<string, string> = {},
): Promise<boolean> {
  const bytes = Buffer.from(content, 'utf8');
  try {
    await container.getBlockBlobClient(blobName).upload(bytes, bytes.length, {
      conditions: { ifNoneMatch: '*' },
      blobHTTPHeaders: { blobContentType: contentType },
      metadata,
    });
    return true;
  } catch (error) {
    if (error instanceof RestError && (error.code === 'BlobAlreadyExists' || error.statusCode === 412))
      return false;
    throw error;
  }
}
