import { resolve } from 'node:path';
import type { BundleStore } from '../simulation/ports.js';
import { createBundleStore } from './create-bundle-store.js';
import { createFolderSource } from './create-folder-source.js';

/** Bundles from an OCI image layout on disk, unpacked and verified into a cache. */
export function createFolderStore(folders: { storeFolder: string; cacheFolder: string }): BundleStore {
  return createBundleStore({
    source: createFolderSource(resolve(folders.storeFolder)),
    cacheFolder: folders.cacheFolder,
  });
}
