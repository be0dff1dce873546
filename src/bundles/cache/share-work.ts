/**
 * Lets those who ask for the same share the work. It is given up when all of them have given up.
 *
 * @returns a function of a key, the work, and what says that this one has given up
 */
export function shareWork<T>() {
  const underWay = new Map<string, { work: Promise<T>; waiting: number; all: AbortController }>();

  return async (
    key: string,
    begin: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> => {
    signal?.throwIfAborted();
    const shared = underWay.get(key) ?? start(key, begin);
    shared.waiting += 1;
    const leave = () => {
      shared.waiting -= 1;
      if (shared.waiting === 0) shared.all.abort(signal?.reason);
    };
    signal?.addEventListener('abort', leave, { once: true });
    try {
      return await shared.work;
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  };

  function start(key: string, begin: (signal: AbortSignal) => Promise<T>) {
    const all = new AbortController();
    const work = begin(all.signal).finally(() => underWay.delete(key));
    const shared = { work, waiting: 0, all };
    underWay.set(key, shared);
    return shared;
  }
}
