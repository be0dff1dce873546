/** Where things are in an OCI image layout, relative to its folder or container. */
export const layoutPaths = {
  marker: 'oci-layout',
  index: 'index.json',
  /** @param digest `sha256:<64 hex>` */
  blob: (digest: string) => `blobs/${digest.replace(':', '/')}`,
};
