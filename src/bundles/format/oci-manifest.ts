import { z } from 'zod';
import { mediaTypes } from './media-types.js';

const Descriptor = z.object({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'a digest is sha256: and 64 hex digits'),
  /** Bytes. */
  size: z.number().int().nonnegative(),
  annotations: z.record(z.string(), z.string()).nullish(),
});

/** An OCI image manifest that holds a bundle: the config is the BundleIndex, each layer is one file. */
export const OciManifest = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.literal(mediaTypes.manifest).optional(),
  config: Descriptor,
  layers: z.array(Descriptor),
});
export type OciManifest = z.infer<typeof OciManifest>;
