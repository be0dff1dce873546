import type { ReadableStream } from 'node:stream/web';
import type { Bytes } from '../../bundle-store.js';
import { connectionError } from './connection-error.js';
import { type RequestBody, requestBody } from './request-body.js';
import { type Limits, watchRequest } from './request-watch.js';
import { responseBytes } from './response-bytes.js';

export interface HttpRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  headers: Record<string, string>;
  body?: RequestBody;
}

export interface Answer {
  status: number;
  headers: Headers;
  /** Who answered, after redirects. */
  url: URL;
  /** Must be read to its end or given up, or the connection stays open. */
  body: Bytes;
}

/**
 * Sends one request, whatever the answer's status.
 *
 * @throws TemporaryRegistryError when there is no answer now, BundleUnavailable when there will be none, and what reading
 *   the request's body failed with.
 */
export async function exchange(url: URL, request: HttpRequest, limits: Limits): Promise<Answer> {
  const { method } = request;
  const watch = watchRequest(limits, url.host);
  const sent = requestBody(request.body, watch);
  // A registry may take long to check and to move what it was given.
  const timeoutMs = limits.stallTimeoutMs * (request.body === undefined ? 1 : 5);
  const toError = (action: string) => (cause: unknown) => {
    const known = sent.failure() ?? (watch.signal.aborted ? watch.signal.reason : undefined);
    return known instanceof Error ? known : connectionError(cause, action);
  };
  try {
    const response = await watch.inTime(
      fetch(url, {
        method,
        headers: { ...request.headers, ...sent.headers },
        // Redirected reads lose their Authorization at another origin; a redirected POST would take its secrets along.
        redirect: method === 'GET' || method === 'HEAD' ? 'follow' : 'manual',
        ...sent.init,
        signal: watch.signal,
      }),
      timeoutMs,
    );
    const answering = new URL(response.url);
    return {
      status: response.status,
      headers: response.headers,
      url: answering,
      body: responseBytes(
        response.body as ReadableStream<Uint8Array> | null,
        watch,
        toError(`Cannot read the answer of ${answering.host} to its end`),
      ),
    };
  } catch (cause) {
    const error = toError(`Cannot reach ${url.host}`)(cause);
    watch.cancel();
    throw error;
  } finally {
    sent.close();
  }
}
