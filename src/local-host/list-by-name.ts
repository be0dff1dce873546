import type { createRequire } from 'node:module';

/** As Azurite keeps it. */
interface KeptBlob {
  accountName: string;
  containerName: string;
  name: string;
  /** Empty of the blob itself. */
  snapshot: string;
  isCommitted: boolean;
}

/** Of its database, lokijs: documents, and for each index their places, in the order of what is indexed. */
interface BlobCollection {
  data: KeptBlob[];
  binaryIndices: Record<string, { values: number[] } | undefined>;
}

type ListBlobs = (this: BlobStore, ...listing: Listing) => Promise<unknown>;
type Listing = [
  context: unknown,
  account: string | undefined,
  container: string | undefined,
  delimiter: string | undefined,
  blob: string | undefined,
  prefix?: string,
  maxResults?: number,
  marker?: string,
  includeSnapshots?: boolean,
  includeUncommitted?: boolean,
];
interface BlobStore {
  BLOBS_COLLECTION: string;
  db: { getCollection(name: string): BlobCollection };
  listBlobs: ListBlobs;
}

/** Of a page; what Azurite gives by default. */
const usualPage = 5_000;

/**
 * Has Azurite list the blobs below a folder page by page from the index of their names, and pass over what stands below a folder that it names. It takes all of them for each page, sorts them, and looks at each: the names of two runs of
 * 100,000 tasks take it minutes.
 *
 * @param requireIn of Azurite's package
 */
export function listByName(requireIn: ReturnType<typeof createRequire>): void {
  const { default: Store } = requireIn('./blob/persistence/LokiBlobMetadataStore.js') as {
    default: { prototype: BlobStore };
  };
  const { listBlobs } = Store.prototype;
  if (typeof listBlobs !== 'function')
    throw new Error(
      'Cannot start Azurite: its store of blobs has no listBlobs, which 3.35.0 has. Install the version of Azurite that package.json names.',
    );
  Store.prototype.listBlobs = function (...listing) {
    const [, , , , blob, prefix = ''] = listing;
    const collection = this.db.getCollection(this.BLOBS_COLLECTION);
    // Names that are numbers stand before all others.
    if (blob !== undefined || !prefix.includes('/') || collection.binaryIndices.name === undefined)
      return listBlobs.apply(this, listing);
    // One more than a page tells that another one follows. At once: another request may change the index.
    const blobs = takeFirst(blobsOfPage(collection, listing), (listing[6] ?? usualPage) + 1);
    return listBlobs.apply(Object.create(this, { db: { value: holding(blobs) } }), listing);
  };
}

/** What Azurite asks for a page, where these are all blobs that it is to find. */
function holding(blobs: KeptBlob[]) {
  const chain = (found: KeptBlob[]): object => ({
    find: () => chain(found),
    where: (isMeant: (blob: KeptBlob) => boolean) => chain(found.filter(isMeant)),
    sort: () => chain(found),
    offset: (count: number) => chain(found.slice(count)),
    limit: (count: number) => chain(found.slice(0, count)),
    data: () => found,
  });
  return { getCollection: () => ({ chain: () => chain(blobs) }) };
}

/** Blobs in the order of their names; of each folder that the listing names, one that stands below it. */
function* blobsOfPage(
  { data, binaryIndices }: BlobCollection,
  [, account, container, delimiter, , prefix = '', , marker = '', snapshots, uncommitted]: Listing,
): Generator<KeptBlob> {
  const places = binaryIndices.name?.values ?? [];
  const nameAt = (at: number) => data[places[at] ?? -1]?.name;
  /** The first place from one on whose name does not stand before what is sought. */
  const seek = (from: number, isBefore: (name: string) => boolean): number => {
    let [low, high] = [from, places.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const name = nameAt(middle) ?? '';
      if (isNumber(name) || isBefore(name)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const folderOf = (name: string): string | undefined => {
    const end = delimiter === undefined ? -1 : name.indexOf(delimiter, prefix.length);
    return end < 0 ? undefined : name.slice(0, end + 1);
  };
  const behind = (from: number, folder: string) =>
    seek(from, (name) => name < folder || name.startsWith(folder));

  let at = seek(0, (name) => name < prefix || name <= marker);
  const named = marker.startsWith(prefix) ? folderOf(marker) : undefined;
  if (named !== undefined) at = behind(at, named);
  for (;;) {
    const blob = data[places[at] ?? -1];
    if (blob === undefined || !blob.name.startsWith(prefix)) return;
    at += 1;
    if (account !== undefined && blob.accountName !== account) continue;
    if (container !== undefined && blob.containerName !== container) continue;
    if ((blob.snapshot.length > 0 && !snapshots) || (!blob.isCommitted && !uncommitted)) continue;
    yield blob;
    const folder = folderOf(blob.name);
    if (folder !== undefined) at = behind(at, folder);
  }
}

/** As the database compares. */
function isNumber(name: string): boolean {
  return !Number.isNaN(Number(name));
}

function takeFirst<Item>(items: Iterable<Item>, most: number): Item[] {
  const taken: Item[] = [];
  for (const item of items) {
    taken.push(item);
    if (taken.length >= most) break;
  }
  return taken;
}
