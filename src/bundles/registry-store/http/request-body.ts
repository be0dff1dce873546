import type { Bytes } from '../../bundle-store.js';
import type { RequestWatch } from './request-watch.js';

/** Bytes to send: all at once, or as they are read. `open` gives the same bytes each time. */
export type RequestBody = Uint8Array | string | StreamedBody;

interface StreamedBody {
  /** Bytes. */
  size: number;
  open: () => Bytes;
}

/** A body for fetch, and why it could not be read when it could not. */
export interface SentBody {
  init: { body?: Uint8Array | string | Bytes; duplex?: 'half'; window?: null; redirect?: 'error' };
  headers: Record<string, string>;
  failure(): unknown;
  /** Nothing more is sent. */
  close(): void;
}

export function requestBody(body: RequestBody | undefined, watch: RequestWatch): SentBody {
  let failure: unknown;
  const shared = { headers: {}, failure: () => failure, close() {} };
  if (body === undefined) return { init: {}, ...shared };
  if (typeof body === 'string' || body instanceof Uint8Array) return { init: { body }, ...shared };

  const bytes = watched(body);
  return {
    // Unless there is no window and no redirect, fetch keeps all that it sends in memory, to be able to send it again.
    init: { body: bytes, duplex: 'half', window: null, redirect: 'error' },
    // Without it fetch would send chunks, which not every registry takes.
    headers: { 'content-length': String(body.size) },
    failure: () => failure,
    // fetch leaves a source open when the answer comes before all is sent. What closing it meets with is of no
    // consequence: the request is over.
    close: () => void bytes.return(undefined).catch(() => undefined),
  };

  async function* watched({ size, open }: StreamedBody): AsyncGenerator<Uint8Array> {
    let sent = 0;
    try {
      for await (const chunk of open()) {
        sent += chunk.length;
        if (sent > size) break;
        yield chunk;
        watch.alive();
      }
      if (sent !== size) {
        throw new Error(
          `Cannot push a blob of ${size} bytes: its source has ${sent < size ? `only ${sent}` : 'more'}. It changed after it was packed: push again.`,
        );
      }
    } catch (error) {
      failure = error;
      throw error;
    }
  }
}
