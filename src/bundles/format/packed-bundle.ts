/** One file of a bundle that was packed from a folder. */
export interface PackedFile {
  /** Relative to the bundle, with `/`. */
  path: string;
  /** Where its bytes are now: absolute. */
  source: string;
  /** `sha256:<64 hex>` */
  digest: string;
  /** Bytes. */
  size: number;
  executable: boolean;
}

/** A folder as the bundle that it will be in every store. */
export interface PackedBundle {
  /** `sha256:<64 hex>` of the manifest: the bundle's own digest. */
  digest: string;
  manifest: Buffer;
  /** The BundleIndex. */
  config: Buffer;
  /** Sorted by path, by code point. */
  files: PackedFile[];
}
