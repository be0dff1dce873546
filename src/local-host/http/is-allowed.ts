import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { HttpRoute } from './http-route.js';

/** The keys of a host: the function key opens `function`, the master key everything. */
export interface HostKeys {
  readonly function: string;
  readonly master: string;
}

/** True when the request may reach the function: no key is needed, or it came with `x-functions-key` or `?code=`. */
export function isAllowed(route: HttpRoute, request: IncomingMessage, url: URL, keys: HostKeys): boolean {
  if (route.authLevel === 'anonymous') return true;
  const header = request.headers['x-functions-key'];
  const key = (Array.isArray(header) ? header[0] : header) ?? url.searchParams.get('code') ?? '';
  return equal(key, keys.master) || (route.authLevel === 'function' && equal(key, keys.function));
}

function equal(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
