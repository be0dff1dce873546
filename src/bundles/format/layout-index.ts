import { z } from 'zod';
import type { ListedBundle } from '../bundle-store.js';
import { environmentTag } from './environment-tag.js';
import { mediaTypes } from './media-types.js';
import type { ExpectedBytes } from './verified-bytes.js';

const Entry = z.looseObject({
  mediaType: z.string(),
  digest: z.string(),
  size: z.number(),
  annotations: z.record(z.string(), z.string()).optional(),
});
const Index = z.looseObject({ schemaVersion: z.literal(2), manifests: z.array(Entry) });

/** The `index.json` of an OCI image layout: which manifests it holds. What others wrote there stays. */
export interface LayoutIndex {
  /** The text with this manifest listed, and this name given to it alone; undefined when it is so already. */
  withListed(manifest: ExpectedBytes, tag: string | undefined): string | undefined;
  bundles(): ListedBundle[];
  /** The digest of the manifest with this name. */
  named(tag: string): string | undefined;
}

/**
 * @param text undefined for a layout that is new
 * @throws Error that says whose index it is when it is none
 */
export function readLayoutIndex(text: string | undefined, store: string): LayoutIndex {
  const index = text === undefined ? { schemaVersion: 2 as const, manifests: [] } : parse(text, store);
  return {
    withListed(manifest, tag) {
      const known = index.manifests.find(({ digest }) => digest === manifest.digest);
      if (known && (tag === undefined || tagOf(known) === tag)) return undefined;
      const entry = known ?? { mediaType: mediaTypes.manifest, ...manifest };
      // An environment that is stored anew has nothing left that names it.
      const isReplaced = (other: Entry) => environmentTag.is(tag) && tagOf(other) === tag;
      const others = index.manifests.filter((other) => other !== known && !isReplaced(other));
      const manifests =
        tag === undefined ? [...others, entry] : [...others.map(without(tag)), withTag(entry, tag)];
      return JSON.stringify({ ...index, manifests }, null, 2);
    },
    bundles: () =>
      index.manifests
        .filter((entry) => entry.mediaType === mediaTypes.manifest && !environmentTag.is(tagOf(entry)))
        .map((entry) => ({ ref: entry.digest, tags: [tagOf(entry)].filter((tag) => tag !== undefined) })),
    named: (tag) => index.manifests.find((entry) => tagOf(entry) === tag)?.digest,
  };
}

type Entry = z.infer<typeof Entry>;

function tagOf({ annotations }: Entry): string | undefined {
  return annotations?.[mediaTypes.refNameAnnotation];
}

function withTag(entry: Entry, tag: string): Entry {
  return { ...entry, annotations: { ...entry.annotations, [mediaTypes.refNameAnnotation]: tag } };
}

/** A name moves from one manifest to another: it never means two. */
function without(tag: string) {
  return (entry: Entry): Entry => {
    if (tagOf(entry) !== tag) return entry;
    const { [mediaTypes.refNameAnnotation]: _, ...annotations } = entry.annotations ?? {};
    return { ...entry, annotations };
  };
}

function parse(text: string, store: string) {
  try {
    return Index.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(
      `Cannot read which bundles ${store} holds: its index.json is no OCI index. Remove it and push the bundles again, which sends nothing that is there; or use another place.`,
      { cause },
    );
  }
}
