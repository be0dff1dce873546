import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleDigest } from '../../contracts/bundle/bundle-digest.js';
import { hasCode } from '../../files/has-code.js';
import { BundleUnavailable } from '../../simulation/bundle-unavailable.js';
import type { Bytes, ListedBundle } from '../bundle-store.js';
import { layoutPaths } from '../format/layout-paths.js';
import type { PackedBundle } from '../format/packed-bundle.js';
import { createPackedSource } from '../pack/create-packed-source.js';
import { packBundle } from '../pack/pack-bundle.js';

/** Any of these makes a folder one that is meant to be a bundle. */
const signs = ['wire.py', 'pyproject.toml', 'requirements.txt', '.modelops', '.modelops-bundle'];

/**
 * Bundles that lie below a folder, or are the folder itself, as a person's files. To find one by its digest they have to
 * be packed; a repository name that is a folder's name says which.
 */
export function createPlainFolders(parent: string) {
  const found = new Map<string, PackedBundle>();

  async function find(bundleRef: string): Promise<PackedBundle | undefined> {
    const digest = bundleDigest(bundleRef);
    const known = found.get(digest);
    if (known) return known;
    const { named, others } = await candidates(parent, bundleRef);
    for (const folder of [...named, ...others]) {
      const packed = await packBundle(folder).catch((cause: Error) => {
        if (!named.includes(folder)) return undefined; // not the one that is asked for: it spoils nothing
        throw new BundleUnavailable(`Cannot use bundle ${bundleRef}: ${cause.message}`, { cause });
      });
      if (packed === undefined) continue;
      found.set(packed.digest, packed);
      if (packed.digest === digest) return packed;
    }
    return undefined;
  }

  return {
    async openManifest(bundleRef: string): Promise<Bytes | undefined> {
      const packed = await find(bundleRef);
      return packed && createPackedSource(packed, parent).openManifest(bundleRef);
    },
    async openBlob(bundleRef: string, digest: string): Promise<Bytes | undefined> {
      const packed = await find(bundleRef);
      return packed && createPackedSource(packed, parent).openBlob(bundleRef, digest);
    },
    /** Whether the folder itself is a bundle, not a place for bundles. */
    isOneItself: async () => (await bundleFolders(parent)).includes(parent),
    async list(): Promise<ListedBundle[]> {
      const listed: ListedBundle[] = [];
      for (const folder of await bundleFolders(parent)) {
        const tags = [folder.slice(parent.length + 1) || '.'];
        const packed = await packBundle(folder).catch((error: Error) => error);
        listed.push(
          packed instanceof Error ? { ref: '', tags, problem: packed.message } : { ref: packed.digest, tags },
        );
      }
      return listed;
    },
  };
}

/** The folder that the reference names comes first. */
async function candidates(parent: string, bundleRef: string): Promise<{ named: string[]; others: string[] }> {
  const all = await bundleFolders(parent);
  const repository = bundleRef.slice(0, Math.max(0, bundleRef.lastIndexOf('@')));
  const named = all.filter((folder) => repository !== '' && folder === join(parent, repository));
  return { named, others: all.filter((folder) => !named.includes(folder)) };
}

async function bundleFolders(parent: string): Promise<string[]> {
  const entries = await readdir(parent, { withFileTypes: true }).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  });
  const names = entries.map(({ name }) => name);
  if (signs.some((sign) => names.includes(sign))) return [parent];
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const ours = ['blobs', layoutPaths.unfinished];
  const below = await Promise.all(
    folders
      .filter((name) => !ours.includes(name))
      .map(async (name) => {
        const inside = await readdir(join(parent, name)).catch((): string[] => []); // one that may not be read is none of ours
        return signs.some((sign) => inside.includes(sign)) ? [join(parent, name)] : [];
      }),
  );
  return below.flat().sort();
}
