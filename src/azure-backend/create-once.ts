import { type ContainerClient, RestError } from '@azure/storage-blob';
import { putBlob } from './put-blob.js';

/**
 * Writes a blob that must not exist yet.
 *
 * @returns false when it existed: the first one stays.
 */
export async function createOnce(
  container: ContainerClient,
  blobName: string,
  content: string | Buffer,
  contentType: string,
  metadata: Record<string, string> = {},
  abortSignal?: AbortSignal,
): Promise<boolean> {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  try {
    await putBlob(container, blobName, bytes, { contentType, metadata }, { once: true, abortSignal });
    return true;
  } catch (error) {
    if (error instanceof RestError && (error.code === 'BlobAlreadyExists' || error.statusCode === 412))
      return false;
    throw error;
  }
}
