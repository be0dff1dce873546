import type { createRequire } from 'node:module';

type Conditions = Record<string, unknown>[];
interface Search {
  filterInitialized: boolean;
  collection: { binaryIndices: Record<string, unknown> };
}
interface Searches {
  findAnd(this: Search, all: Conditions): unknown;
  $and(this: Search, all: Conditions): unknown;
}

/** Of a blob, a message or an extent: few have the same. */
const names = ['name', 'messageId', 'id'];

/**
 * Has Azurite's database find a blob or message by the index of its name. It takes the index of the first condition alone, and Azurite puts the account first, which all of
 * them share: each request then looks at everything there is, 1 ms of it at 2,000 blobs and 10 ms at 20,000.
 *
 * @param requireIn of Azurite's package
 */
export function findByName(requireIn: ReturnType<typeof createRequire>): void {
  const Loki = requireIn('lokijs') as new (
    name: string,
  ) => { addCollection(name: string): { chain(): object } };
  const searches = Object.getPrototypeOf(new Loki('none').addCollection('none').chain()) as Searches;
  const { findAnd } = searches;
  if (typeof findAnd !== 'function')
    throw new Error(
      'Cannot start Azurite: its database, lokijs, has no findAnd, which 1.5.12 has. Install the version of Azurite that package.json names.',
    );
  function byNameFirst(this: Search, all: Conditions): unknown {
    const at = this.filterInitialized
      ? -1
      : all.findIndex((one) => isName(one, this.collection.binaryIndices));
    const [named] = at < 0 ? [] : all.slice(at);
    return findAnd.call(this, named ? [named, ...all.filter((one) => one !== named)] : all);
  }
  searches.findAnd = byNameFirst;
  searches.$and = byNameFirst;
}

function isName(condition: Record<string, unknown>, indices: Record<string, unknown>): boolean {
  return Object.entries(condition).some(
    ([key, value]) => names.includes(key) && typeof value === 'string' && indices[key] !== undefined,
  );
}
