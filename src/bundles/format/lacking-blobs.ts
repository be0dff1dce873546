import type { LayoutIndex } from './layout-index.js';
import type { ExpectedBytes } from './verified-bytes.js';

/**
 * Those of a bundle's blobs that an OCI image layout lacks: not there, cut short, or the manifest where nothing lists it.
 *
 * @param manifest its digest
 * @param sizeOf bytes of what the layout has by a digest; undefined for nothing
 */
export function lackingBlobs(
  blobs: ExpectedBytes[],
  manifest: string,
  sizeOf: (digest: string) => number | undefined,
  index: LayoutIndex,
): ExpectedBytes[] {
  const listed = index.bundles().some(({ ref }) => ref === manifest);
  return blobs.filter(({ digest, size }) => sizeOf(digest) !== size || (digest === manifest && !listed));
}
