import type { ContainerClient } from '@azure/storage-blob';
import { sendToBlob } from './send-to-blob.js';

/** What a blob has besides its content. */
export interface BlobFacts {
  contentType: string;
  /** Hex: what storage checks of the content. */
  md5?: string;
  /** In ASCII. */
  metadata?: Record<string, string>;
}

/**
 * Writes a small blob in one request.
 *
 * @param once only where there is none
 * @throws RestError with the status 409 or 412 where there is one
 */
export async function putBlob(
  container: ContainerClient,
  blobName: string,
  body: Buffer,
  { contentType, md5, metadata = {} }: BlobFacts,
  { once = false, abortSignal }: { once?: boolean; abortSignal?: AbortSignal | undefined } = {},
): Promise<void> {
  await sendToBlob(container, blobName, {
    method: 'PUT',
    headers: {
      'x-ms-blob-type': 'BlockBlob',
      'x-ms-blob-content-type': contentType,
      ...(md5 !== undefined && { 'x-ms-blob-content-md5': Buffer.from(md5, 'hex').toString('base64') }),
      ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-ms-meta-${name}`, value])),
      ...(once && { 'if-none-match': '*' }),
    },
    body,
    abortSignal,
    expected: [201],
  });
}
