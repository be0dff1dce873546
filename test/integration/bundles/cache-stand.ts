import type { BundleSource } from '../../../src/bundles/bundle-store.js';
import { createBundleCache } from '../../../src/bundles/cache/create-bundle-cache.js';
import { createFolderStore } from '../../../src/bundles/folder-store/create-folder-store.js';
import { packBundle } from '../../../src/bundles/pack/pack-bundle.js';
import { pushBundle } from '../../../src/bundles/push-bundle.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();

/** A store with bundles of 1000 bytes, a cache over it, and how often each file was read. */
export async function stand({ names = ['a'], limitBytes = 2 ** 30 } = {}) {
  const store = createFolderStore(await make());
  const refs: string[] = [];
  for (const name of names) {
    const packed = await packBundle(
      await make({ 'wire.py': name.padEnd(600), 'models/sir.py': name.padStart(400) }),
    );
    refs.push((await pushBundle(packed, store.target({}))).ref);
  }
  let opened = 0;
  const source: BundleSource = {
    ...store,
    openManifest(bundleRef) {
      opened += 1;
      return store.openManifest(bundleRef);
    },
  };
  const folder = await make();
  const open = () => createBundleCache({ source, folder, limitBytes });
  return { refs, folder, open, cache: open(), opened: () => opened, ref: refs[0] ?? '' };
}

/** Has a bundle in a cache without holding it. @returns its folder */
export async function use(cache: ReturnType<typeof createBundleCache>, ref: string): Promise<string> {
  const { path, release } = await cache.ensureLocal(ref);
  await release();
  return path;
}

/** By which the cache names what belongs to a bundle. */
export const hexOf = (ref: string) => ref.slice('sha256:'.length);

/** The description that a cache keeps of the bundle in a folder of it. */
export const entryOf = (path: string) => path.replace(/sha256.([0-9a-f]{64})$/, 'entries/$1.json');
