import type { ExpectedBytes } from './format/verified-bytes.js';

/** The bytes of a manifest or blob, as they arrive. */
export type Bytes = AsyncIterable<Uint8Array>;

/**
 * A place that holds bundles in OCI form. It hands out bytes; whoever reads them verifies them.
 *
 * `bundleRef` is a `BundleRef`. Both methods answer undefined when the place does not have what is asked for, throw
 * BundleUnavailable when it will not give it, and any other error for trouble that may pass.
 */
export interface BundleSource {
  /** For messages: "the bundle store /srv/bundles". */
  name: string;
  openManifest(bundleRef: string): Promise<Bytes | undefined>;
  openBlob(bundleRef: string, digest: string): Promise<Bytes | undefined>;
  /** Files that modelops-bundle put into Blob storage beside the bundle; absent where no azure_backend is known. */
  openExternal?: (place: { container: string; blobName: string }) => Promise<Bytes | undefined>;
}

/** Where one bundle is pushed to. Everything may be repeated, and be done by several at once. */
export interface BundleTarget {
  /** How messages name a bundle that was pushed here. */
  refOf(digest: string): string;
  /** Those of these blobs that are not there. `manifest` is the digest of the bundle that needs them. */
  lacking(blobs: ExpectedBytes[], manifest: string): Promise<ExpectedBytes[]>;
  /** Stores a blob whole or not at all. `open` gives the same bytes each time. */
  putBlob(blob: ExpectedBytes, open: () => Bytes): Promise<void>;
  /** Stores a manifest whose blobs are there, and lists it. */
  putManifest(manifest: ExpectedBytes, bytes: Uint8Array): Promise<void>;
}

/** A bundle as a store lists it. */
export interface ListedBundle {
  /** How messages name it; empty when it cannot be used. */
  ref: string;
  /** What people named it, when they did. */
  tags: string[];
  /** Why it cannot be used. */
  problem?: string;
}

/** A source that bundles can also be pushed to. */
export interface BundleStore extends BundleSource {
  /**
   * @param repository where in a registry; other stores keep bundles by digest alone
   * @param tag a name for people
   */
  target(options: { repository?: string; tag?: string }): BundleTarget;
  /** The digest of the manifest that has a name, where this bundle is or would be. */
  findNamed(bundleRef: string, tag: string): Promise<string | undefined>;
  list(repository?: string): Promise<ListedBundle[]>;
}
