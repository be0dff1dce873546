/** Media types and annotations of a bundle as modelops-bundle writes it through oras. */
export const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  bundleIndex: 'application/vnd.modelops.bundle.index.v1+json',
  /** What oras gives to a plain file: no tar in spite of the name. */
  file: 'application/vnd.oci.image.layer.v1.tar',
  /** An environment that was built for bundles, or what else they begin with. */
  environment: 'application/vnd.modelops.cold-functions.environment.v1',
  /** Its one layer. */
  environmentTar: 'application/vnd.modelops.cold-functions.environment.v1.tar+zstd',
  empty: 'application/vnd.oci.empty.v1+json',
  /** Annotation of a layer: the file's path, relative to the bundle, with `/`. */
  titleAnnotation: 'org.opencontainers.image.title',
  /** Annotation in a layout's index: what people call a manifest. */
  refNameAnnotation: 'org.opencontainers.image.ref.name',
} as const;
