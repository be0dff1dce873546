/** Where things are in an OCI image layout, relative to its folder or container. */
export const layoutPaths = {
  marker: 'oci-layout',
  index: 'index.json',
  blobs: 'blobs/sha256/',
  /** Ours: where files are that are being written. */
  unfinished: 'unfinished',
  /** @param digest `sha256:<64 hex>` */
  blob: (digest: string) => `blobs/${digest.replace(':', '/')}`,
};

/** What the marker holds. */
export const layoutMarker = '{"imageLayoutVersion":"1.0.0"}';
