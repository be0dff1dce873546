/**
 * Takes items from now on, whether somebody reads them yet or not, up to `most` of them; the rest as they are read.
 *
 * @throws to whoever reads, where the taking has failed
 */
export function readAhead<Item>(items: AsyncGenerator<Item>, most: number): AsyncIterable<Item> {
  const taken: Item[] = [];
  const taking = (async () => {
    while (taken.length < most) {
      const { done, value } = await items.next();
      if (done) return;
      taken.push(value);
    }
  })();
  // It is told when it is read.
  taking.catch(() => undefined);
  return (async function* () {
    await taking;
    // Not `yield*`, which makes three times as many promises.
    for (const item of taken) yield item;
    yield* items;
  })();
}
