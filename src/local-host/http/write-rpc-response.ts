import type { ServerResponse } from 'node:http';
import type { HttpCookie, InvocationResult, TypedData } from '../rpc.js';

const returnBinding = '$return';

/** Writes what the function answered: its http output, 204 when it gave none, an empty 500 when it failed. */
export function writeRpcResponse(
  response: ServerResponse,
  result: InvocationResult,
  outputName: string | undefined,
): void {
  if (!result.succeeded) {
    response.writeHead(500).end();
    return;
  }
  const output =
    outputName === returnBinding
      ? result.returnValue
      : result.outputData.find(({ name }) => name === outputName)?.data;
  const http = output?.http;
  if (!http) {
    response.writeHead(204).end();
    return;
  }
  for (const [name, value] of Object.entries(http.headers ?? {})) response.setHeader(name, value);
  const cookies = (http.cookies ?? []).map(setCookie);
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.writeHead(Number(http.statusCode ?? 200)).end(bytesOf(http.body));
}

function bytesOf(body: TypedData | null | undefined): Uint8Array {
  return body?.bytes ?? Buffer.from(body?.string ?? body?.json ?? '');
}

const sameSite = {
  none: '',
  lax: '; SameSite=Lax',
  strict: '; SameSite=Strict',
  explicitNone: '; SameSite=None',
};

function setCookie(cookie: HttpCookie): string {
  const seconds = cookie.expires?.value?.seconds;
  return [
    `${cookie.name ?? ''}=${encodeURIComponent(cookie.value ?? '')}`,
    cookie.domain?.value ? `; Domain=${cookie.domain.value}` : '',
    cookie.path?.value ? `; Path=${cookie.path.value}` : '',
    seconds ? `; Expires=${new Date(Number(seconds) * 1000).toUTCString()}` : '',
    typeof cookie.maxAge?.value === 'number' ? `; Max-Age=${cookie.maxAge.value}` : '',
    cookie.secure?.value ? '; Secure' : '',
    cookie.httpOnly?.value ? '; HttpOnly' : '',
    sameSite[cookie.sameSite ?? 'none'],
  ].join('');
}
