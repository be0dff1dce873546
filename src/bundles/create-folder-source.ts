import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { bundleDigest } from '../contracts/bundle-digest.js';
import type { BundleSource } from './bundle-source.js';
import { layoutPaths } from './layout-paths.js';

/** Reads bundles from an OCI image layout on disk. */
export function createFolderSource(storeFolder: string): BundleSource {
  const openBlob = (digest: string) => openIfPresent(join(storeFolder, layoutPaths.blob(digest)));
  return {
    name: `the bundle store ${storeFolder}`,
    openManifest: (bundleRef) => openBlob(bundleDigest(bundleRef)),
    openBlob: (_bundleRef, digest) => openBlob(digest),
  };
}

async function openIfPresent(path: string): Promise<Readable | undefined> {
  try {
    const handle = await open(path, 'r');
    return handle.createReadStream({ highWaterMark: 1024 * 1024 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
