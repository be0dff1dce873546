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
 * Has Azurite's database find a blob or message by the index of its name, and list the blobs below a folder by it. It takes the index of the first condition alone, and Azurite puts the account first, which
 * all of them share, or an expression: each request then looks at everything there is, 1 ms of it at 2,000 blobs and 10 ms at 20,000.
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
    const first = this.filterInitialized
      ? []
      : all.flatMap((one) => byName(one, this.collection.binaryIndices));
    return findAnd.call(this, [...first, ...all]);
  }
  searches.findAnd = byNameFirst;
  searches.$and = byNameFirst;
}

/** What a condition on a name says of its place in the index; nothing where it says nothing. */
function byName(condition: Record<string, unknown>, indices: Record<string, unknown>): Conditions {
  return Object.entries(condition).flatMap(([key, value]): Conditions => {
    if (!names.includes(key) || indices[key] === undefined) return [];
    if (typeof value === 'string') return [{ [key]: value }];
    const folder = folderOf(value);
    return folder === undefined ? [] : [{ [key]: { $between: [folder, `${folder}\uffff`] } }];
  });
}

/** As in `^jobs/a\\.b/`; with a slash, as names that are numbers have another order. */
function folderOf(value: unknown): string | undefined {
  const { $regex: expression } = (value ?? {}) as { $regex?: unknown };
  if (typeof expression !== 'string' || !/^\^(\\\W|[\w/-])*$/.test(expression)) return undefined;
  const folder = expression.slice(1).replace(/\\(\W)/g, '$1');
  return folder.includes('/') ? folder : undefined;
}
