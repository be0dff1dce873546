import type { ContainerClient } from '@azure/storage-blob';
import { sendToBlob } from './send-to-blob.js';

export interface DescribedBlob {
  /** Is to be read to its end or destroyed. */
  body: NodeJS.ReadableStream & AsyncIterable<Buffer>;
  contentType: string;
  /** Bytes. */
  size: number;
  metadata(name: string): string | undefined;
}

/** A blob's bytes as they arrive and what is known of it, in one request; undefined when there is none. */
export async function openDescribedBlob(
  container: ContainerClient,
  blobName: string,
  abortSignal: AbortSignal,
): Promise<DescribedBlob | undefined> {
  const { status, headers, readableStreamBody } = await sendToBlob(container, blobName, {
    method: 'GET',
    abortSignal,
    expected: [200, 404],
  });
  const body = readableStreamBody as DescribedBlob['body'];
  if (status === 404) {
    for await (const _ of body);
    return undefined;
  }
  return {
    body,
    contentType: headers.get('content-type') ?? '',
    size: Number(headers.get('content-length')),
    metadata: (name) => headers.get(`x-ms-meta-${name}`),
  };
}
