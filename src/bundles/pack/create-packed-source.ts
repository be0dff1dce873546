import { bundleDigest } from '../../contracts/bundle/bundle-digest.js';
import type { BundleSource, Bytes } from '../bundle-store.js';
import type { PackedBundle } from '../format/packed-bundle.js';
import { sha256 } from '../format/sha256.js';
import { readChunks } from './read-chunks.js';

/** A folder as a source of the one bundle that it is. */
export function createPackedSource(packed: PackedBundle, folder: string): BundleSource {
  const configDigest = sha256(packed.config);
  return {
    name: folder,
    openManifest: async (bundleRef) =>
      bundleDigest(bundleRef) === packed.digest ? bytesOf(packed.manifest) : undefined,
    async openBlob(_bundleRef, digest) {
      if (digest === configDigest) return bytesOf(packed.config);
      const file = packed.files.find((candidate) => candidate.digest === digest);
      return file && readChunks(file.source);
    },
  };
}

async function* bytesOf(bytes: Uint8Array): Bytes {
  yield bytes;
}
