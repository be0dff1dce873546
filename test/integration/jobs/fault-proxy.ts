import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FaultProxy {
  url: string;
  /** Of each hundred requests so many are lost: half of them before they arrive, of the others the answer. */
  lose(percent: number): void;
  close(): Promise<void>;
}

/** Stands between a client and a storage service, and loses what it is told to. */
export async function startFaultProxy(target: string, random: () => number): Promise<FaultProxy> {
  let percent = 0;
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const isLost = random() * 100 < percent;
    const arrives = !isLost || random() < 0.5;
    if (!arrives) {
      incoming.socket.destroy();
      return;
    }
    const { method, url: path, headers } = incoming;
    const onward = request({ hostname, port, method, path, headers }, (answer) => {
      if (isLost) {
        answer.resume().on('end', () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    onward.on('error', () => incoming.socket.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lose(share) {
      percent = share;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
