import { z } from 'zod';
import { wholeNumberFrom } from '../json/number.js';

/** What came of a request to build, as the app writes it down once. */
export const BuildRecord = z.object({
  request: z.string(),
  bundle_ref: z.string(),
  /** Why it could not be built or stored; empty when it is stored, or there is nothing to build. */
  reason: z.string(),
  /** Absent when it failed, null when the bundle declares no packages. */
  environment: z
    .object({
      id: z.string(),
      /** Python's. */
      version: z.string(),
      platform: z.string(),
      /** Of its manifest in the store. */
      digest: z.string(),
      /** Bytes that were stored; 0 when it had been there. */
      new_bytes: wholeNumberFrom(0),
    })
    .nullish(),
  finished_at: z.string(),
});
export type BuildRecord = z.infer<typeof BuildRecord>;
