import type { IncomingMessage } from 'node:http';
import type { HttpData, NullableString } from '../rpc.js';

/** A request in the host's shape: lower-case header names, the body as bytes. */
export function toRpcRequest(
  request: IncomingMessage,
  url: URL,
  params: Record<string, string>,
  body: Buffer,
): HttpData {
  const headers = Object.entries(request.headersDistinct)
    .map(([name, values]): [string, string] => [name, (values ?? []).join(name === 'cookie' ? '; ' : ',')])
    .filter(([, value]) => value !== '');
  return {
    method: request.method ?? 'GET',
    url: url.href,
    nullableHeaders: nullable(headers),
    nullableQuery: nullable([...url.searchParams]),
    nullableParams: nullable(Object.entries(params)),
    ...(body.length > 0 ? { body: { bytes: body } } : {}),
  };
}

function nullable(entries: readonly (readonly [string, string])[]): Record<string, NullableString> {
  const result: Record<string, NullableString> = {};
  for (const [name, value] of entries) {
    const before = result[name]?.value;
    result[name] = { value: before === undefined || before === null ? value : `${before},${value}` };
  }
  return result;
}
