import type { Bytes } from './bundle-store.js';

/** Bytes that fail when none arrive for a while, or when the signal aborts. The time that the reader takes does not count. */
export async function* inTime(bytes: Bytes, stallMs: number, signal?: AbortSignal): Bytes {
  const iterator = bytes[Symbol.asyncIterator]();
  for (;;) {
    signal?.throwIfAborted();
    const next = await orStalled(iterator.next(), stallMs, signal);
    if (next.done) return;
    yield next.value;
  }
}

async function orStalled<T>(arriving: Promise<T>, stallMs: number, signal?: AbortSignal): Promise<T> {
  let stop: () => void = () => undefined;
  const stalled = new Promise<never>((_, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`Cannot go on reading: nothing arrived for ${stallMs / 1000} s.`)),
      stallMs,
    );
    const abort = () => reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
  });
  try {
    return await Promise.race([arriving, stalled]);
  } finally {
    stop();
  }
}
