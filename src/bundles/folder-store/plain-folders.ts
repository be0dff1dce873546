import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleDigest } from '../../contracts/bundle-digest.js';
import type { Bytes, ListedBundle } from '../bundle-store.js';
import { layoutPaths } from '../format/layout-paths.js';
import type { PackedBundle } from '../format/packed-bundle.js';
import { unsafePath } from '../format/unsafe-path.js';
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
    for (const folder of await candidates(parent, bundleRef)) {
      const packed = await packBundle(folder);
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
    async list(): Promise<ListedBundle[]> {
      const listed: ListedBundle[] = [];
      for (const folder of await bundleFolders(parent)) {
        listed.push({
          ref: (await packBundle(folder)).digest,
          tags: [folder.slice(parent.length + 1) || '.'],
        });
      }
      return listed;
    },
  };
}

async function candidates(parent: string, bundleRef: string): Promise<string[]> {
  const all = await bundleFolders(parent);
  const repository = bundleRef.slice(0, Math.max(0, bundleRef.lastIndexOf('@')));
  if (repository === '' || unsafePath(repository) !== undefined) return all;
  const named = all.filter((folder) => folder === join(parent, repository));
  return [...named, ...all.filter((folder) => !named.includes(folder))];
}

async function bundleFolders(parent: string): Promise<string[]> {
  const entries = await readdir(parent, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
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
        const inside = await readdir(join(parent, name));
        return signs.some((sign) => inside.includes(sign)) ? [join(parent, name)] : [];
      }),
  );
  return below.flat().sort();
}
