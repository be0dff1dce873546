import { z } from 'zod';

/** What of an environment decides what its code computes. */
export const PythonFacts = z.object({
  /** `sys.version`, whole: release, build and compiler. */
  build: z.string(),
  /** For example `glibc 2.36`; absent where the system does not say. */
  libc: z.string().exactOptional(),
  /** `sha256:<64 hex>` of name and version of each distribution that is installed, those of the bundle not counted. */
  distributions: z.string(),
});
export type PythonFacts = z.infer<typeof PythonFacts>;
