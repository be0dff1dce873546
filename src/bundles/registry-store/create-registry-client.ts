import { createAuthority } from './authorization/create-authority.js';
import { type Answer, exchange, type HttpRequest } from './http/exchange.js';
import { readUpTo } from './http/read-up-to.js';
import { withRetries } from './http/with-retries.js';
import { refusal } from './refusal.js';
import type { Registry } from './registry-at.js';
import type { RegistryOptions } from './registry-options.js';

export interface RegistryRequest extends Omit<HttpRequest, 'headers'> {
  /** What cannot be done when this fails: "read the manifest …". */
  purpose: string;
  /** Path in the API, or the whole URL when the registry named it. */
  url: string;
  repository: string;
  actions: 'pull' | 'pull,push';
  headers?: Record<string, string>;
  /** Statuses that are an answer. Any other one is an error. */
  accept: number[];
}

/** Talks with one registry: authorized, tried again when that helps, and with statuses understood. */
export interface RegistryClient {
  /** Only an answer to GET with status 200 has a body left to read. */
  send(request: RegistryRequest): Promise<Answer>;
  /** The same, without trying again. */
  sendOnce(request: RegistryRequest): Promise<Answer>;
  /** Tries again what consists of several requests. */
  retry<T>(work: () => Promise<T>): Promise<T>;
}

/** Errors are short. */
const longestRefusal = 64 * 1024;

export function createRegistryClient(registry: Registry, options: RegistryOptions): RegistryClient {
  const { signal, stallTimeoutMs = 60_000 } = options;
  const ask = (url: URL, request: HttpRequest) =>
    exchange(url, request, { stallTimeoutMs, ...(signal && { signal }) });
  const authority = createAuthority(ask, registry, options);
  const retry = <T>(work: () => Promise<T>) => withRetries(work, options);
  return { sendOnce, retry, send: (request) => retry(() => sendOnce(request)) };

  async function sendOnce(request: RegistryRequest): Promise<Answer> {
    const url = new URL(request.url, registry.origin);
    const scope = `repository:${request.repository}:${request.actions}`;
    // A registry may send an upload elsewhere; what it is authorized with there is in the URL.
    let sent = url.origin === registry.origin ? authority.headerFor(scope) : undefined;
    let answer = await ask(url, withAuthorization(request, sent));
    // Nobody but the registry itself may ask for credentials.
    if (answer.status === 401 && answer.url.origin === registry.origin) {
      const challenge = answer.headers.get('www-authenticate') ?? '';
      const body = await readUpTo(answer.body, longestRefusal);
      const renewed = await authority.answer(challenge, scope, sent);
      if (renewed === undefined) throw refused(answer, body);
      sent = renewed;
      answer = await ask(url, withAuthorization(request, sent));
    }
    const accepted = request.accept.includes(answer.status);
    if (accepted && request.method === 'GET' && answer.status === 200) return answer;
    const body = await readUpTo(answer.body, longestRefusal);
    if (accepted) return answer;
    throw refused(answer, body);

    function refused(last: Answer, body: Buffer): Error {
      const tried = authority.tried(scope);
      return refusal(last, { purpose: request.purpose, body, authorization: sent, tried, registry });
    }
  }
}

function withAuthorization(
  { method, headers, body }: RegistryRequest,
  authorization: string | undefined,
): HttpRequest {
  return {
    method,
    // Compressed bytes would have another digest.
    headers: { 'accept-encoding': 'identity', ...headers, ...(authorization && { authorization }) },
    ...(body !== undefined && { body }),
  };
}
