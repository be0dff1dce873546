import type { ReadableStream } from 'node:stream/web';
import type { Bytes } from '../../bundle-store.js';
import type { RequestWatch } from './request-watch.js';

/**
 * The body of an answer as it arrives. The time that the reader takes does not count as a stall.
 *
 * No generator: one that is given up before its first step would never close the connection.
 *
 * @param toError makes the error from what reading failed with
 */
export function responseBytes(
  body: ReadableStream<Uint8Array> | null,
  watch: RequestWatch,
  toError: (cause: unknown) => Error,
): Bytes {
  if (body === null) watch.done();
  const reader = body?.getReader();
  let ended = reader === undefined;
  const end = { done: true, value: undefined } as const;

  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        if (ended || reader === undefined) return end;
        try {
          const { done, value } = await watch.inTime(reader.read());
          if (!done) return { done: false, value };
        } catch (cause) {
          const error = toError(cause);
          ended = true;
          watch.cancel();
          throw error;
        }
        ended = true;
        watch.done();
        return end;
      },
      async return() {
        if (!ended) watch.cancel();
        ended = true;
        return end;
      },
    }),
  };
}
