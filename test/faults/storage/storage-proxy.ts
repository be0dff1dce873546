import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../seeded-random.js';

/** What becomes of a request, in place of its answer. */
export const troubles = [
  /** It is refused, and never reaches the storage. */
  'answers-500',
  'answers-503',
  'answers-429',
  /** Nobody answers; after a while the connection is closed. */
  'times-out',
  'resets',
  /** Half of its body is sent on. */
  'cuts-request',
  /** It is done, and half of the answer comes. */
  'cuts-answer',
  /** It is done, and the answer comes late. */
  'delays',
  /** It is done, and nobody hears of it. */
  'loses-answer',
  /** It is done, and the answer says that it is not. */
  'denies-done',
] as const;
export type TroubleKind = (typeof troubles)[number];

export interface Trouble {
  kinds: readonly TroubleKind[];
  /** Of all requests. */
  share: number;
  /** How long a request waits that times out or is delayed. */
  ms: number;
}

/** A message as somebody has just received it. */
export interface ReceivedMessage {
  queue: string;
  messageId: string;
  popReceipt: string;
  dequeueCount: number;
  text: string;
}

export interface StorageProxy {
  readonly ports: { blob: number; queue: number };
  /** Where it leads; nowhere, when that is undefined: connections are cut. */
  lead(to: { blob: number; queue: number } | undefined): void;
  setTrouble(trouble: Trouble | undefined): void;
  onReceived(listener: (message: ReceivedMessage) => void): void;
  /** How many requests met trouble of each kind. */
  counts(): Record<string, number>;
  close(): Promise<void>;
}

interface Answer {
  status: number;
  headers: string[];
  body: Buffer;
}

const errors: Partial<Record<TroubleKind, [number, string]>> = {
  'answers-500': [500, 'InternalError'],
  'answers-503': [503, 'ServerBusy'],
  'answers-429': [429, 'TooManyRequests'],
  'denies-done': [500, 'OperationTimedOut'],
};

/** Stands between the app and Azurite, and does to requests what networks and a busy service do. */
export async function startStorageProxy(random: Random): Promise<StorageProxy> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const sockets = new Set<Socket>();
  const counts: Record<string, number> = {};
  let target: { blob: number; queue: number } | undefined;
  let trouble: Trouble | undefined;
  let received: (message: ReceivedMessage) => void = () => undefined;

  async function handle(service: 'blob' | 'queue', incoming: IncomingMessage, answering: ServerResponse) {
    const { socket } = incoming;
    const body = await buffer(incoming);
    const met = trouble && random.chance(trouble.share) ? trouble : undefined;
    const kind = met && random.pick(met.kinds);
    if (kind) counts[kind] = (counts[kind] ?? 0) + 1;
    if (met && kind === 'times-out') {
      await sleep(met.ms);
      return socket.destroy();
    }
    if (kind === 'resets' || target === undefined) return socket.destroy();
    const to = { port: target[service], incoming, body };
    const [status, code] = (kind && errors[kind]) ?? [];
    if (status !== undefined && kind !== 'denies-done') return refuse(answering, status, code);
    if (kind === 'cuts-request' && body.length > 1) {
      await sendHalf(to);
      return socket.destroy();
    }
    const answer = await send(to);
    tellReceived(service, incoming, answer);
    if (met && kind === 'delays') await sleep(met.ms);
    if (kind === 'loses-answer') return socket.destroy();
    if (status !== undefined) return refuse(answering, status, code);
    const isCut = kind === 'cuts-answer' && answer.body.length > 1;
    answering.writeHead(answer.status, answer.headers);
    if (!isCut) return answering.end(answer.body);
    answering.write(answer.body.subarray(0, answer.body.length / 2));
    await sleep(5);
    return socket.destroy();
  }

  interface Onward {
    port: number;
    incoming: IncomingMessage;
    body: Buffer;
  }

  function open({ port, incoming }: Onward) {
    const { method, url, rawHeaders } = incoming;
    return request({ host: '127.0.0.1', port, method, path: url, headers: rawHeaders, agent });
  }

  async function send(onward: Onward): Promise<Answer> {
    const outgoing = open(onward);
    outgoing.end(onward.body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const body = await buffer(answer);
    const headers = answer.rawHeaders.filter((_, at, all) => {
      const name = all[at - (at % 2)]?.toLowerCase() ?? '';
      return name !== 'transfer-encoding' && name !== 'connection' && name !== 'keep-alive';
    });
    const { statusCode: status = 500 } = answer;
    // Its length, so that a client can tell that half is missing.
    const isTold = answer.headers['content-length'] !== undefined || status === 204 || status === 304;
    return { status, headers: isTold ? headers : [...headers, 'content-length', `${body.length}`], body };
  }

  async function sendHalf(onward: Onward): Promise<void> {
    const outgoing = open(onward);
    outgoing.on('error', () => undefined);
    outgoing.write(onward.body.subarray(0, onward.body.length / 2));
    await sleep(5);
    outgoing.destroy();
  }

  function tellReceived(service: string, { method, url = '' }: IncomingMessage, { status, body }: Answer) {
    const queue = /^\/[^/]+\/([^/]+)\/messages/.exec(url)?.[1];
    if (service !== 'queue' || method !== 'GET' || status !== 200 || queue === undefined) return;
    for (const [message] of body.toString('utf8').matchAll(/<QueueMessage>.*?<\/QueueMessage>/gs)) {
      const of = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(message)?.[1] ?? '';
      if (of('PopReceipt') === '') continue; // it was only looked at
      const text = of('MessageText')
        .replaceAll('&quot;', '"')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>');
      received({
        queue,
        messageId: of('MessageId'),
        popReceipt: of('PopReceipt'),
        dequeueCount: Number(of('DequeueCount')),
        text: text.replaceAll('&amp;', '&'),
      });
    }
  }

  async function listen(service: 'blob' | 'queue'): Promise<Server> {
    const server = createServer((incoming, answering) => {
      handle(service, incoming, answering).catch(() => incoming.socket.destroy());
    });
    server.keepAliveTimeout = 60_000;
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server;
  }

  const [blob, queue] = await Promise.all([listen('blob'), listen('queue')]);
  const portOf = (server: Server) => (server.address() as AddressInfo).port;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    ports: { blob: portOf(blob), queue: portOf(queue) },
    lead(to) {
      target = to;
      if (to === undefined) cut();
    },
    setTrouble(next) {
      trouble = next;
    },
    onReceived(listener) {
      received = listener;
    },
    counts: () => ({ ...counts }),
    async close() {
      cut();
      agent.destroy();
      await Promise.all([blob, queue].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

function refuse(answering: ServerResponse, status: number, code = ''): void {
  answering.writeHead(status, { 'content-type': 'application/xml', 'x-ms-error-code': code });
  answering.end(
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>Of the fault bench.</Message></Error>`,
  );
}
