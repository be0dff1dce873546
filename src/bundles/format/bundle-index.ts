import { z } from 'zod';

const BundleFile = z.object({
  path: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'a digest is sha256: and 64 hex digits'),
  /** Bytes. */
  size: z.number().int().nonnegative(),
  /** `oci`: a layer of the manifest. `blob`: kept elsewhere, named by blobRef. */
  storage: z.enum(['oci', 'blob']),
  blobRef: z.object({ uri: z.string(), etag: z.string().nullish() }).nullish(),
  /** Ours: readers that do not know it ignore it. Absent means false. */
  executable: z.boolean().optional(),
});

/**
 * The config of a bundle's manifest, as modelops-bundle defines it: the list of files that counts.
 * `files` is checked as a list, because a file may be called `__proto__`.
 */
export const BundleIndex = z.object({
  version: z.string(),
  /** ISO 8601. Ours is always the epoch, so that the same content has the same digest. */
  created: z.string(),
  tool: z.record(z.string(), z.string()).optional(),
  files: z
    .custom<object>(
      (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
      'files is an object',
    )
    .transform((files) => Object.entries(files))
    .pipe(z.array(z.tuple([z.string(), BundleFile]))),
  metadata: z.record(z.string(), z.string()).optional(),
});
export type BundleIndex = z.infer<typeof BundleIndex>;
