/**
 * Does something with each item, up to `atOnce` of them at the same time, and yields what came of it in the order of the items: no
 * more than `atOnce` results wait for their turn. Whoever stops reading stops the taking; what is under way is waited for.
 *
 * @throws the first failure in that order; the signal's reason when it is aborted
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  atOnce: number,
  signal: AbortSignal,
  act: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const pending: Promise<Result>[] = [];
  const begin = (item: Item) => {
    const result = act(item);
    // It is told in its turn.
    result.catch(() => undefined);
    pending.push(result);
  };
  const isFull = (item: Item) => {
    signal.throwIfAborted();
    begin(item);
    return pending.length >= atOnce;
  };
  try {
    // Those that are there already need no promises to be taken.
    if (Symbol.iterator in items) {
      for (const item of items) if (isFull(item)) yield pending.shift() as Promise<Result>;
    } else {
      for await (const item of items) if (isFull(item)) yield pending.shift() as Promise<Result>;
    }
    for (const result of pending) {
      signal.throwIfAborted();
      yield await result;
    }
  } finally {
    await Promise.allSettled(pending);
  }
}
