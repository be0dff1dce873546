import { z } from 'zod';
import { wholeNumberFrom } from './number.js';
import { SafeName } from './safe-name.js';

/** `jobs/<job>/runs/<run>/run.json`, written once when the run's messages have been sent. */
export const RunManifest = z.object({
  run: SafeName,
  submitted_at: z.iso.datetime(),
  /** How many messages were sent. */
  messages: wholeNumberFrom(0),
});
export type RunManifest = z.infer<typeof RunManifest>;
