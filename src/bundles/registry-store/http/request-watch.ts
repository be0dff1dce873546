import { TemporaryRegistryError } from './temporary-registry-error.js';

export interface Limits {
  stallTimeoutMs: number;
  signal?: AbortSignal;
}

/** Ends one request when the caller wants it, or when nothing happens for too long. */
export interface RequestWatch {
  /** For fetch. Its reason is what the caller is told. */
  signal: AbortSignal;
  /** Waits for something that the other side must do before time is up. */
  inTime<T>(work: Promise<T>, ms?: number): Promise<T>;
  /** Something happened: the time begins anew. */
  alive(): void;
  /** The request is over. */
  done(): void;
  /** The request is no longer wanted: its connection is closed. */
  cancel(): void;
}

/** @param host whom messages blame */
export function watchRequest({ stallTimeoutMs, signal }: Limits, host: string): RequestWatch {
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal?.reason);
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  let timer: NodeJS.Timeout | undefined;

  const done = () => signal?.removeEventListener('abort', onAbort);
  return {
    signal: controller.signal,
    async inTime(work, ms = stallTimeoutMs) {
      timer = setTimeout(() => {
        const stalled = `Cannot go on with ${host}: nothing moved for ${ms / 1000} s. Check the network, and try again.`;
        controller.abort(new TemporaryRegistryError(stalled));
      }, ms);
      try {
        return await work;
      } finally {
        clearTimeout(timer);
        timer = undefined;
      }
    },
    alive: () => void timer?.refresh(),
    done,
    cancel() {
      done();
      controller.abort();
    },
  };
}
