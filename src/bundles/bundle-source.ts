import type { Readable } from 'node:stream';

/**
 * A place that holds bundles in OCI form. It hands out bytes; whoever reads them verifies them.
 *
 * `bundleRef` is a `BundleRef`. Both methods answer undefined when the place does not have what is asked for, and throw a plain error for trouble
 * that may pass.
 */
export interface BundleSource {
  /** For messages: "the bundle store /srv/bundles". */
  name: string;
  openManifest(bundleRef: string): Promise<Readable | undefined>;
  openBlob(bundleRef: string, digest: string): Promise<Readable | undefined>;
}
