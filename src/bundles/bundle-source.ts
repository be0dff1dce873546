import type { Readable } from 'node:stream';
import type { BundleReference } from './bundle-reference.js';

/**
 * A place that holds bundles in OCI form. It hands out bytes; whoever reads them verifies them.
 *
 * Both methods answer undefined when the place does not have what is asked for, and throw a plain error for trouble
 * that may pass.
 */
export interface BundleSource {
  /** For messages: "the bundle store /srv/bundles". */
  name: string;
  openManifest(reference: BundleReference): Promise<Readable | undefined>;
  openBlob(reference: BundleReference, digest: string): Promise<Readable | undefined>;
}
