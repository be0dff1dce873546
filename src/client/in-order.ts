/**
 * What comes of each item, in the order of the items, `atOnce` of them at a time: none is begun more than so many ahead of whoever reads.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item>,
  atOnce: number,
  act: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const under: Promise<Result>[] = [];
  const begin = (item: Item) => {
    const work = act(item);
    work.catch(() => undefined); // it is thrown when its turn comes
    under.push(work);
  };
  for (const item of items) {
    begin(item);
    if (under.length >= atOnce) yield (await under.shift()) as Result;
  }
  while (under.length > 0) yield (await under.shift()) as Result;
}
