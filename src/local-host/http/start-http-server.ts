import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ExecutionContext, executeFunction } from '../execute-function.js';
import { newInvocationRequest } from '../new-invocation-request.js';
import type { HttpRoute } from './http-route.js';
import { type HostKeys, isAllowed } from './is-allowed.js';
import { toRpcRequest } from './to-rpc-request.js';
import { writeRpcResponse } from './write-rpc-response.js';

/** The HTTP side of the host. */
export interface HttpServer {
  /** For example `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Takes no new request. Settles when those in flight are answered. */
  stop(): Promise<void>;
  /** Cuts every connection. */
  cut(): void;
}

const largestBodyBytes = 100 * 1024 * 1024;

/** Serves the functions with an HTTP trigger on 127.0.0.1. */
export async function startHttpServer(
  context: ExecutionContext,
  routes: readonly HttpRoute[],
  keys: HostKeys,
  port: number,
): Promise<HttpServer> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      context.logger('error', `Cannot answer ${request.method} ${request.url}: ${String(error)}`);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = new URL(request.url ?? '/', `http://${request.headers.host ?? new URL(url).host}`);
    const found = findRoute(routes, request.method ?? 'GET', target.pathname);
    if (!found) return void response.writeHead(404).end();
    const { route, params } = found;
    if (!isAllowed(route, request, target, keys)) return void response.writeHead(401).end();
    const body = await readBody(request);
    if (!body) return void response.writeHead(413, { connection: 'close' }).end();

    const input = { name: route.bindingName, data: { http: toRpcRequest(request, target, params, body) } };
    const result = await executeFunction(context, {
      functionName: route.functionName,
      reason: 'This function was programmatically called via the host APIs.',
      request: newInvocationRequest(route.functionId, input),
    });
    writeRpcResponse(response, result, route.outputName);
  }

  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
    cut: () => server.closeAllConnections(),
  };
}

function findRoute(routes: readonly HttpRoute[], method: string, path: string) {
  for (const route of routes) {
    if (route.methods.length > 0 && !route.methods.includes(method)) continue;
    const params = route.match(path);
    if (params) return { route, params };
  }
  return undefined;
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > largestBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
