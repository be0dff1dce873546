import type { HttpRequest } from '../http/exchange.js';

/** A request that sends fields as a form does. Those without a value are left out. */
export function form(fields: Record<string, string | undefined>): HttpRequest {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) body.append(name, value);
  return {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: body.toString(),
  };
}
