import { z } from 'zod';
import { wholeNumberFrom } from '../json/number.js';

/** A library's cache that a run filled, beyond what it began with: it went with the run, and the next one fills it again. */
export const FilledCache = z.object({
  /** Of the library, as `numba`; of others the folder, as `~/.cache/regions`. */
  name: z.string(),
  /** That were not there when the run began. */
  files: wholeNumberFrom(1),
  bytes: wholeNumberFrom(0),
});
export type FilledCache = z.infer<typeof FilledCache>;
