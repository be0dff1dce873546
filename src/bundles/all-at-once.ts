import pLimit from 'p-limit';

/**
 * Does work for each item, some at a time. After the first failure, or when the signal aborts, no more is begun; what is
 * under way has ended before the failure is told.
 */
export async function allAtOnce<Item, Result>(
  items: Iterable<Item>,
  { limit, signal }: { limit: number; signal?: AbortSignal | undefined },
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const atOnce = pLimit(limit);
  let failed = false;
  const begun = [...items].map((item) =>
    atOnce(async () => {
      if (failed) throw skipped;
      try {
        signal?.throwIfAborted();
        return await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }),
  );
  const ended = await Promise.allSettled(begun);
  const failure = ended.find((result) => result.status === 'rejected' && result.reason !== skipped);
  if (failure?.status === 'rejected') throw failure.reason;
  return Promise.all(begun);
}

const skipped = new Error('Something before it failed.');
