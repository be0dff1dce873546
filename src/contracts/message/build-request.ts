import { z } from 'zod';
import { BundleRef } from '../bundle/bundle-ref.js';
import { closedObject } from '../validation/closed-object.js';
import { mustBe } from '../validation/must-be.js';
import { SafeName } from '../validation/safe-name.js';

/** Asks the app to build the environment of a bundle ahead of its tasks. It is no task, and an app that does not know it refuses it as such. */
export const BuildRequest = closedObject('a request to build', {
  bundle_ref: BundleRef,
  /** By which whoever asks finds what came of it. */
  request: SafeName,
  /** Stores it in the place of one that is there. */
  repair: z.literal(true, mustBe('true or absent')).exactOptional(),
});
export type BuildRequest = z.infer<typeof BuildRequest>;

/** The message of one, which holds nothing else. */
export const BuildMessage = closedObject('a message', { build: BuildRequest });
