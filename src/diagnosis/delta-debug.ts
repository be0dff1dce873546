/**
 * Reduces a list that shows something to one that still does, and from which nothing can be left out: delta debugging (Zeller and
 * Hildebrandt 2002). The order of the items stays.
 *
 * @param shows is asked for true sublists, never for an empty one, and never twice for the same
 */
export async function deltaDebug<Item>(
  items: Item[],
  shows: (items: Item[]) => Promise<boolean>,
): Promise<Item[]> {
  const asked = new Map<string, boolean>();
  const indices = items.map((_, index) => index);
  const test = async (part: number[]): Promise<boolean> => {
    if (part.length === 0) return false;
    const key = part.join();
    const known = asked.get(key);
    if (known !== undefined) return known;
    const answer = await shows(part.map((index) => items[index] as Item));
    asked.set(key, answer);
    return answer;
  };
  let left = indices;
  let parts = 2;
  while (left.length >= 2) {
    const pieces = split(left, parts);
    const [piece] = await firstThat(pieces, test);
    if (piece) [left, parts] = [piece, 2];
    else {
      const others = pieces.map((one) => left.filter((index) => !one.includes(index)));
      const [complement] = parts === 2 ? [] : await firstThat(others, test);
      if (complement) [left, parts] = [complement, Math.max(parts - 1, 2)];
      else if (parts >= left.length) break;
      else parts = Math.min(parts * 2, left.length);
    }
  }
  return left.map((index) => items[index] as Item);
}

function split(items: number[], parts: number): number[][] {
  const pieces: number[][] = [];
  for (let part = 0; part < parts; part++) {
    const [from, to] = [part, part + 1].map((at) => Math.floor((at * items.length) / parts));
    pieces.push(items.slice(from, to));
  }
  return pieces.filter((piece) => piece.length > 0);
}

async function firstThat<Item>(items: Item[], holds: (item: Item) => Promise<boolean>): Promise<Item[]> {
  for (const item of items) if (await holds(item)) return [item];
  return [];
}
