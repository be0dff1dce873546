/**
 * Does something with each item, `atOnce` of them at a time, taking items only as fast as they are worked on.
 * After a failure or an abort no further item is taken; returns or throws when those under way have ended, and the
 * iterable has been told that no more is wanted.
 *
 * @throws the first failure; the signal's reason when it was aborted before the last item.
 */
export async function forEachConcurrently<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  atOnce: number,
  signal: AbortSignal,
  act: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = asyncIterator(items);
  const failures: unknown[] = [];
  const work = async () => {
    while (failures.length === 0) {
      signal.throwIfAborted();
      const next = await iterator.next();
      if (next.done) return;
      signal.throwIfAborted();
      await act(next.value);
    }
  };
  const keepFailure = (error: unknown) => void failures.push(error);
  await Promise.all(Array.from({ length: atOnce }, () => work().catch(keepFailure)));
  if (failures.length === 0) return;
  await iterator.return(undefined).catch(keepFailure);
  throw failures[0];
}

async function* asyncIterator<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item> {
  yield* items;
}
