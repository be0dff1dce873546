import { createHttpHeaders, createPipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import { type ContainerClient, RestError } from '@azure/storage-blob';

/** One request of the Blob service's REST API. */
export interface BlobRequest {
  method: 'GET' | 'PUT';
  headers?: Record<string, string>;
  body?: Buffer;
  abortSignal?: AbortSignal | undefined;
  /** Answers that are no error. */
  expected: number[];
}

/**
 * Sends a request about a container, or a blob in it, as the container's client sends its own: with its retries and its credential.
 *
 * @param url of the container's client, and what follows
 * @returns the answer; of a GET its body is a stream, which is to be read to its end or destroyed
 * @throws RestError when it is not an expected one
 */
export async function sendToContainer(
  container: ContainerClient,
  url: URL,
  { method, headers, body, abortSignal, expected }: BlobRequest,
): Promise<PipelineResponse> {
  // biome-ignore lint/complexity/useLiteralKeys: protected, as it is meant for classes that extend the SDK's.
  const service = container['storageClientContext'];
  const request = createPipelineRequest({
    url: url.href,
    method,
    headers: createHttpHeaders({ 'x-ms-version': service.version, ...headers }),
    ...(body && { body }),
    ...(abortSignal && { abortSignal }),
    // Not looked into by the SDK, which would parse what it takes for JSON or XML.
    ...(method === 'GET' && { streamResponseStatusCodes: new Set(expected) }),
    allowInsecureConnection: url.protocol === 'http:', // Azurite
  });
  const response = await service.sendRequest(request);
  if (expected.includes(response.status)) return response;
  const code = response.headers.get('x-ms-error-code');
  const { parsedBody } = response as { parsedBody?: { Message?: string } };
  throw new RestError(parsedBody?.Message ?? `The Blob service answered with HTTP ${response.status}.`, {
    ...(code !== undefined && { code }),
    statusCode: response.status,
    request,
    response,
  });
}
