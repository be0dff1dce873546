import type { PipelineResponse } from '@azure/core-rest-pipeline';
import type { ContainerClient } from '@azure/storage-blob';
import { type BlobRequest, sendToContainer } from './send-to-container.js';

/**
 * Sends a request about a small blob. The client that the SDK makes for each blob takes twice the processor time for the same request, and requests are most of what the app
 * does for a short task.
 *
 * @returns the answer; of a GET its body is a stream, which is to be read to its end or destroyed
 * @throws RestError when it is not an expected one
 */
export function sendToBlob(
  container: ContainerClient,
  blobName: string,
  request: BlobRequest,
): Promise<PipelineResponse> {
  const url = new URL(container.url);
  url.pathname += `/${blobName.split('/').map(encodeURIComponent).join('/')}`;
  return sendToContainer(container, url, request);
}
